"""The API."""

from fastapi import Depends, FastAPI
from fastapi.middleware.cors import CORSMiddleware
from prometheus_fastapi_instrumentator import Instrumentator
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.api import applications, jobs, resumes
from app.core.config import settings
from app.core.logging import setup_logging
from app.db import get_session

setup_logging()

app = FastAPI(title="LaudatorAI", docs_url="/api/docs", openapi_url="/api/openapi.json", redoc_url=None)
app.add_middleware(CORSMiddleware, allow_origins=settings.origins, allow_methods=["*"], allow_headers=["*"])
app.include_router(jobs.router, prefix="/api/v1/jobs", tags=["jobs"])
app.include_router(resumes.router, prefix="/api/v1/resumes", tags=["resumes"])
app.include_router(applications.router, prefix="/api/v1/applications", tags=["applications"])

# The status as the code itself, so that alerts can tell 429 from 403; health
# checks are not requests that anyone waits for.
Instrumentator(should_group_status_codes=False, excluded_handlers=["/health", "/metrics"]).instrument(app).expose(
    app, include_in_schema=False
)


@app.get("/health")
def health(session: Session = Depends(get_session)) -> dict[str, str]:
    """Healthy is who reaches the database."""
    session.execute(text("SELECT 1"))
    return {"status": "ok", "environment": settings.environment}
