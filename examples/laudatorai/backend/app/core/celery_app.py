"""The Celery application: where jobs go, and which start by the clock."""

from celery import Celery
from celery.schedules import crontab
from kombu import Queue

from app.core.config import settings

QUEUES = ("job_processing", "resume_processing", "application_processing", "cleanup")

celery_app = Celery(
    "laudatorai",
    broker=settings.broker_url,
    include=[f"app.tasks.{module}" for module in ("jobs", "resumes", "applications", "cleanup")],
)
celery_app.conf.update(
    task_queues=[Queue(name) for name in QUEUES],
    task_default_queue="job_processing",
    task_routes={
        "app.tasks.jobs.*": {"queue": "job_processing"},
        "app.tasks.resumes.*": {"queue": "resume_processing"},
        "app.tasks.applications.*": {"queue": "application_processing"},
        "app.tasks.cleanup.*": {"queue": "cleanup"},
    },
    beat_schedule={
        "forget-old-jobs": {"task": "app.tasks.cleanup.forget_old_jobs", "schedule": crontab(hour="3", minute="20")},
    },
    # A job is done when it has ended, not when it has started: one whose
    # worker dies is given to another.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_send_sent_event=True,
    worker_prefetch_multiplier=1,
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
    timezone="UTC",
)
