"""Reads a resume."""

from app import storage
from app.core.celery_app import celery_app
from app.db import SessionLocal
from app.models import Resume


@celery_app.task
def read_resume(number: int) -> None:
    with SessionLocal() as session:
        resume = session.get(Resume, number)
        if resume is None:
            return
        resume.status = "read" if storage.get(resume.object_name) else "empty"
        session.commit()
