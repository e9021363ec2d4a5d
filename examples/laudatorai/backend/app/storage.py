"""Uploaded files, in the object store. The bucket is there already: the deploy makes it."""

from functools import cache
from io import BytesIO

from minio import Minio

from app.core.config import settings


@cache
def client() -> Minio:
    return Minio(
        settings.minio_endpoint,
        access_key=settings.minio_access_key,
        secret_key=settings.minio_secret_key,
        secure=False,
    )


def put(name: str, content: bytes, content_type: str) -> None:
    client().put_object(settings.minio_bucket, name, BytesIO(content), len(content), content_type=content_type)


def get(name: str) -> bytes:
    answer = client().get_object(settings.minio_bucket, name)
    try:
        return answer.read()
    finally:
        answer.close()
        answer.release_conn()
