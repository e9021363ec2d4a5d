"""Applications: a resume for a job."""

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app.db import get_session
from app.models import Application, Job, Resume
from app.tasks.applications import write_letter

router = APIRouter()


class NewApplication(BaseModel):
    job_id: int
    resume_id: int


class ApplicationOut(BaseModel):
    id: int
    status: str
    letter: str | None


@router.post("/", status_code=201)
def add_application(new: NewApplication, session: Session = Depends(get_session)) -> ApplicationOut:
    if not session.get(Job, new.job_id) or not session.get(Resume, new.resume_id):
        raise HTTPException(404, "there is no such job or resume")
    application = Application(job_id=new.job_id, resume_id=new.resume_id)
    session.add(application)
    session.commit()
    write_letter.delay(application.id)
    return ApplicationOut.model_validate(application, from_attributes=True)


@router.get("/{number}")
def get_application(number: int, session: Session = Depends(get_session)) -> ApplicationOut:
    application = session.get(Application, number)
    if not application:
        raise HTTPException(404, "there is no such application")
    return ApplicationOut.model_validate(application, from_attributes=True)
