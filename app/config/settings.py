"""Every environment variable the service reads, typed, with its default and meaning."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_DIR = Path(__file__).resolve().parents[2]


class LogLevel(StrEnum):
    """Least severity that is written."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """How a log line is written."""

    CONSOLE = "console"
    JSON = "json"


class EngineChoice(StrEnum):
    """What computes the forward pass."""

    AUTO = "auto"
    TENSORFLOW = "tensorflow"
    OPENVINO = "openvino"


class Precision(StrEnum):
    """What OpenVINO computes with."""

    AUTO = "auto"
    F32 = "f32"


class ConfigurationError(Exception):
    """The service cannot start as it is configured; the message is one line for the operator."""


class Settings(BaseSettings):
    """The service's configuration, read once from the environment.

    Use `Settings.from_environment()` where a person reads the error: it turns a wrong value into
    one line.
    """

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    host: str = Field("127.0.0.1", description="Address to listen on. The container sets `0.0.0.0`.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one. Render sets it.")
    log_level: LogLevel = Field(LogLevel.INFO, description="Least severity that is logged.")
    log_format: LogFormat = Field(
        LogFormat.CONSOLE, description="`console` for people, `json` for machines (one object a line)."
    )
    api_docs: bool = Field(True, description="Serve Swagger UI at `/docs`, ReDoc at `/redoc`, and `/openapi.json`.")
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        ("http://localhost:3000", "http://127.0.0.1:3000"),
        description="Origins of front ends that may call the API from a browser, separated by commas; `*` for any.",
    )
    max_upload_mb: float = Field(
        10.0, gt=0, le=1000, description="Largest image file that is accepted, in megabytes (10^6 bytes)."
    )
    max_megapixels: float = Field(
        25.0, gt=0, le=1000, description="Largest image that is decoded, in megapixels (10^6 pixels)."
    )
    max_batch_files: int = Field(16, ge=1, le=1000, description="Most images in one batch request.")
    upload_timeout_s: float = Field(
        60.0, gt=0, le=3600, description="Seconds a client may take to send a request's body."
    )
    queue_size: int = Field(
        32,
        ge=0,
        le=10_000,
        description="Requests that may wait while others are computed; beyond that the answer is 503.",
    )
    engine: EngineChoice = Field(
        EngineChoice.AUTO,
        description="What computes the forward pass; `auto` takes OpenVINO where it is installed, else TensorFlow.",
    )
    precision: Precision = Field(
        Precision.AUTO,
        description="What OpenVINO computes with: `auto` takes bfloat16 where the processor has units for it, which "
        "halves time and memory, else float32; `f32` gives the same answer on every processor.",
    )
    cache_mb: float = Field(
        32.0,
        ge=0,
        le=10_000,
        description="Memory for the latest answers, in megabytes: the same file sent again is not computed again. "
        "0 keeps none.",
    )
    low_confidence: float = Field(
        0.8, ge=0, le=1, description="A prediction less confident than this carries a warning (0 to 1)."
    )
    models_dir: Path = Field(PROJECT_DIR / "models", description="Folder of the trained weights and their metadata.")
    samples_dir: Path = Field(PROJECT_DIR / "sample_images", description="Folder of the sample images.")
    uploads_dir: Path = Field(
        PROJECT_DIR / "uploads",
        description="Folder for the temporary files of requests in flight. Everything in it is deleted at start.",
    )
    gemini_api_key: SecretStr | None = Field(
        None, description="Key of the Gemini API. Without it explanations are written by the service itself."
    )
    gemini_model: str = Field(
        "gemini-3.5-flash-lite", min_length=1, description="Gemini model that writes explanations."
    )
    gemini_base_url: AnyHttpUrl = Field(
        AnyHttpUrl("https://generativelanguage.googleapis.com"), description="Where the Gemini API is reached."
    )
    gemini_api_version: str = Field("v1beta", min_length=1, description="Version of the Gemini API.")
    gemini_timeout_s: float = Field(
        15.0, gt=0, le=120, description="Seconds Gemini may take, retries included, before the built-in text answers."
    )

    @field_validator("cors_origins", mode="before")
    @classmethod
    def _split_origins(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(origin.strip().rstrip("/") for origin in value.split(",") if origin.strip())
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            scheme, _, host = origin.partition("://")
            if origin != "*" and (scheme not in {"http", "https"} or not host or "/" in host):
                raise ValueError(f"{origin!r} is no origin; write scheme://host[:port], as in https://example.org")
        return value

    @property
    def max_upload_bytes(self) -> int:
        """Most bytes of one image file."""
        return int(self.max_upload_mb * 1e6)

    @property
    def cache_bytes(self) -> int:
        """Most bytes of answers that are kept."""
        return int(self.cache_mb * 1e6)

    @property
    def max_pixels(self) -> int:
        """Most pixels of one image."""
        return int(self.max_megapixels * 1e6)

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment.

        Raises:
            ConfigurationError: a variable has a wrong value; names it, the fault and what is accepted.
        """
        try:
            return cls()
        except ValidationError as error:
            faults = []
            for fault in error.errors(include_url=False):
                name = str(fault["loc"][0])
                field = cls.model_fields[name]
                # A secret that is wrong stays a secret.
                given = "" if field.annotation == SecretStr | None else f"={fault['input']!r}"
                faults.append(f"{name.upper()}{given}: {fault['msg']} (accepted: {accepted(field)})")
            raise ConfigurationError("; ".join(faults)) from None


def accepted(field: FieldInfo) -> str:
    """What a setting takes, in words: its choices, or its type and range."""
    kind = field.annotation
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return ", ".join(kind)
    words = {
        bool: "true, false",
        int: "a whole number",
        float: "a number",
        str: "text",
        Path: "a path",
        AnyHttpUrl: "a URL",
        tuple[str, ...]: "origins separated by commas",
    }.get(kind, "text")  # type: ignore[arg-type]
    bounds = {type(limit).__name__.lower(): limit for limit in field.metadata}
    symbols = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    limits = [f"{symbols[name]} {getattr(limit, name):g}" for name, limit in bounds.items() if name in symbols]
    return ", ".join([words, *limits])


def settings_table() -> str:
    """The README's table of settings, as Markdown."""
    rows = ["| variable | default | accepted | meaning |", "| --- | --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{name.upper()}` | {_default(field)} | {accepted(field)} | {field.description} |")
    return "\n".join(rows)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None:
        return "not set"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Path):
        return f"`{value.relative_to(PROJECT_DIR)}/`"
    if isinstance(value, tuple):
        return f"`{','.join(value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
