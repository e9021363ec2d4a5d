"""Jobs that someone wants to apply for."""

from fastapi import APIRouter, Depends, HTTPException
from pydantic import BaseModel, HttpUrl
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db import get_session
from app.models import Job
from app.tasks.jobs import read_job

router = APIRouter()


class NewJob(BaseModel):
    url: HttpUrl


class JobOut(BaseModel):
    id: int
    url: str
    title: str | None
    status: str


@router.get("/")
def list_jobs(session: Session = Depends(get_session)) -> list[JobOut]:
    jobs = session.scalars(select(Job).order_by(Job.id.desc()).limit(50))
    return [JobOut.model_validate(job, from_attributes=True) for job in jobs]


@router.post("/", status_code=201)
def add_job(new: NewJob, session: Session = Depends(get_session)) -> JobOut:
    url = str(new.url)
    if session.scalar(select(Job).where(Job.url == url)):
        raise HTTPException(409, "this job is known already")
    job = Job(url=url)
    session.add(job)
    session.commit()
    read_job.delay(job.id)
    return JobOut.model_validate(job, from_attributes=True)
