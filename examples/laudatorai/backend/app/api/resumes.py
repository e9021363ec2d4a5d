"""Resumes, as they were uploaded."""

from uuid import uuid4

from fastapi import APIRouter, Depends, HTTPException, UploadFile
from pydantic import BaseModel
from sqlalchemy.orm import Session

from app import storage
from app.db import get_session
from app.models import Resume
from app.tasks.resumes import read_resume

router = APIRouter()

# The gateway takes no more either.
MOST_BYTES = 10 * 1024 * 1024


class ResumeOut(BaseModel):
    id: int
    filename: str
    status: str


@router.post("/", status_code=201)
def add_resume(file: UploadFile, session: Session = Depends(get_session)) -> ResumeOut:
    content = file.file.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        raise HTTPException(413, "a resume may have 10 MiB")
    name = f"resumes/{uuid4()}"
    storage.put(name, content, file.content_type or "application/octet-stream")
    resume = Resume(object_name=name, filename=file.filename or "resume")
    session.add(resume)
    session.commit()
    read_resume.delay(resume.id)
    return ResumeOut.model_validate(resume, from_attributes=True)
