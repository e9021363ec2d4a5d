"""Writes the letter of an application."""

import httpx

from app.core.celery_app import celery_app
from app.core.config import settings
from app.db import SessionLocal
from app.models import Application, Job


@celery_app.task(autoretry_for=(httpx.HTTPError,), retry_backoff=True, max_retries=5)
def write_letter(number: int) -> None:
    with SessionLocal() as session:
        application = session.get(Application, number)
        job = application and session.get(Job, application.job_id)
        if application is None or job is None:
            return
        answer = httpx.post(
            "https://api.openai.com/v1/responses",
            headers={"Authorization": f"Bearer {settings.openai_api_key}"},
            json={"model": "gpt-5-mini", "input": f"Write a short letter of application for: {job.title}"},
            timeout=120,
        )
        answer.raise_for_status()
        texts = [part["text"] for item in answer.json()["output"] for part in item.get("content", []) if "text" in part]
        application.letter = "\n".join(texts)
        application.status = "written"
        session.commit()
