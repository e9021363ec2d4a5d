"""Forgets what nobody needs any more."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete

from app.core.celery_app import celery_app
from app.db import SessionLocal
from app.models import Job


@celery_app.task
def forget_old_jobs() -> int:
    with SessionLocal() as session:
        before = datetime.now(UTC) - timedelta(days=180)
        gone = session.execute(delete(Job).where(Job.created_at < before)).rowcount
        session.commit()
        return gone
