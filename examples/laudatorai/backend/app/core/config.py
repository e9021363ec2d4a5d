"""Settings, from the environment and from nowhere else: what is missing is an error at the start."""

from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    environment: str
    log_level: str = "INFO"
    database_url: str
    cache_url: str
    broker_url: str
    minio_endpoint: str
    minio_bucket: str
    minio_access_key: str
    minio_secret_key: str
    openai_api_key: str
    allowed_origins: str = ""

    @property
    def origins(self) -> list[str]:
        return [origin for origin in self.allowed_origins.split(",") if origin]


settings = Settings()
