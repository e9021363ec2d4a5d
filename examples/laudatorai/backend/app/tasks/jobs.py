"""Reads the page of a job."""

import re

import httpx

from app.core.celery_app import celery_app
from app.db import SessionLocal
from app.models import Job


@celery_app.task(autoretry_for=(httpx.TransportError,), retry_backoff=True, max_retries=5)
def read_job(number: int) -> None:
    with SessionLocal() as session:
        job = session.get(Job, number)
        if job is None:
            return
        page = httpx.get(job.url, timeout=20, follow_redirects=True)
        found = re.search(r"<title[^>]*>(.*?)</title>", page.text, re.IGNORECASE | re.DOTALL)
        job.title = found.group(1).strip()[:300] if found else job.url
        job.status = "read" if page.is_success else "failed"
        session.commit()
