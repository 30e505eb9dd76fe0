"""Every environment variable the service reads, typed, with its default and meaning."""

import base64
import binascii
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Self
from urllib.parse import urlsplit

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

_CHECKOUT = Path(__file__).resolve().parents[2]
# Folder of models, sample images, uploads and data: an installed package never writes into site-packages.
PROJECT_DIR = _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else Path.cwd()
DATABASE_SCHEMES = ("sqlite", "postgresql", "postgres")
_KEY_BYTES = 32
_TOKEN_LENGTH = 16


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


class Switch(StrEnum):
    """Whether a part of the service is there."""

    OFF = "off"
    ON = "on"


class GateChoice(StrEnum):
    """What becomes of an image that is no brain MRI."""

    WARN = "warn"
    ENFORCE = "enforce"
    OFF = "off"


class SignUp(StrEnum):
    """Who may make an account."""

    CLOSED = "closed"
    INVITATION = "invitation"
    OPEN = "open"


class HistoryChoice(StrEnum):
    """Whether predictions are kept."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


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
    auth: Switch = Field(
        Switch.OFF,
        description="`on` asks everyone to sign in, or for a key. The container sets `on`.",
    )
    allow_anonymous: bool = Field(
        False,
        description="Whether to listen where others reach the service with `AUTH=off`: all of them may use it.",
    )
    data_dir: Path = Field(PROJECT_DIR / "data", description="Folder of what is kept: accounts, history, audit trail.")
    database_url: SecretStr | None = Field(
        None,
        description="Database, as in `postgresql://user:password@host/name`. Without it a SQLite file in `DATA_DIR`.",
    )
    public_url: AnyHttpUrl | None = Field(
        None,
        description="Where people reach the service, as in `https://mri.example.org`: for links that it hands out, and "
        "for cookies. Without it, `http://HOST:PORT` for links, and cookies for TLS alone unless `HOST` is loopback.",
    )
    session_idle_minutes: float = Field(
        60, gt=0, le=1440, description="Minutes after which a session ends that is not used."
    )
    session_hours: float = Field(12, gt=0, le=720, description="Hours after which every session ends.")
    admin_second_factor: bool = Field(
        False, description="Whether administrators need a second factor to do what they alone may do."
    )
    sign_up: SignUp = Field(
        SignUp.CLOSED,
        description="Who may make an account: nobody (administrators add them on the command line), whoever has an "
        "invitation, or everyone.",
    )
    smtp_url: SecretStr | None = Field(
        None,
        description="Mail server for one-time links, as in `smtp://user:password@host:587`; `smtps://` for TLS from "
        "the start. Without it links are handed out by administrators.",
    )
    mail_from: str = Field(
        "noreply@localhost", pattern=r"^[^\s@]+@[^\s@]+$", description="Sender of the service's mail."
    )
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
    gate: GateChoice = Field(
        GateChoice.WARN,
        description="What becomes of an image that is no brain MRI like those the model knows: `warn` answers and says "
        "so, `enforce` refuses it, `off` does not look.",
    )
    models_dir: Path = Field(PROJECT_DIR / "models", description="Folder of the trained weights and their metadata.")
    default_model: str | None = Field(
        None,
        pattern=r"^[a-z0-9-]+$",
        description="Model that answers where a request names none. Without it, the one whose metadata says so.",
    )
    shadow_model: str | None = Field(
        None,
        pattern=r"^[a-z0-9-]+$",
        description="Model that is asked about some of the scans too, after the answer and when nobody waits, to be "
        "compared with the one that answered. Needs a history.",
    )
    shadow_share: float = Field(0.1, ge=0, le=1, description="Share of the answers that `SHADOW_MODEL` is asked about.")
    site_file: Path | None = Field(
        None,
        description="What `python -m app evaluate --fit` wrote: a temperature and thresholds that fit one's own scans, "
        "in the place of the model's.",
    )
    samples_dir: Path = Field(PROJECT_DIR / "sample_images", description="Folder of the sample images.")
    uploads_dir: Path = Field(
        PROJECT_DIR / "uploads",
        description="Folder for the temporary files of requests in flight. Everything in it is deleted at start.",
    )
    history: HistoryChoice = Field(
        HistoryChoice.AUTO,
        description="Keep what was predicted, for each account its own: `auto` does so with `AUTH=on`. Neither file "
        "name nor image is kept.",
    )
    history_days: int = Field(365, ge=1, le=36_500, description="Days after which what was kept is deleted.")
    keep_images: Switch = Field(
        Switch.OFF,
        description="Keep the pictures in the history too, encrypted, at most 1024 pixels a side. "
        "Needs `ENCRYPTION_KEYS`.",
    )
    encryption_keys: SecretStr | None = Field(
        None,
        description="Keys for pictures that are kept, 32 bytes in base64 each (`openssl rand -base64 32`), separated "
        "by commas. The first encrypts, all decrypt: put a new one before the old ones to change keys.",
    )
    s3_bucket: str | None = Field(
        None,
        min_length=3,
        description="Bucket for pictures, of S3 or a server that speaks its protocol, in the place of `DATA_DIR`. It "
        "has to be the service's own: what no record names is deleted from it.",
    )
    s3_endpoint_url: AnyHttpUrl | None = Field(None, description="Where the bucket's server is, if not at Amazon.")
    s3_region: str = Field("us-east-1", min_length=1, description="Region of the bucket.")
    s3_access_key_id: SecretStr | None = Field(
        None, description="Key of the bucket's owner. Without it the machine's own role is used."
    )
    s3_secret_access_key: SecretStr | None = Field(None, description="The secret that belongs to it.")
    rate_per_address: str | None = Field(
        None,
        examples=["60/minute"],
        description="Most predictions and reports from one address; of IPv6, from one network of 64 bits.",
    )
    rate_per_account: str | None = Field(
        None, examples=["600/hour"], description="Most predictions and reports of one account."
    )
    rate_per_key: str | None = Field(
        None, examples=["600/hour"], description="Most predictions and reports with one key."
    )
    redis_url: SecretStr | None = Field(
        None,
        description="Redis server that counts requests, as in `redis://host:6379/0`, where several processes share "
        "a limit. Without it each counts by itself.",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (),
        examples=["10.0.0.0/8"],
        description="Networks of the proxies in front, separated by commas. From them alone `X-Forwarded-For` and "
        "`X-Forwarded-Proto` are believed.",
    )
    metrics: Switch = Field(
        Switch.OFF,
        description="`on` serves numbers for Prometheus at `/metrics`. Needs `METRICS_TOKEN` with `AUTH=on`, and where "
        "others reach the service.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        min_length=_TOKEN_LENGTH,
        description="What whoever reads `/metrics` has to send, as `Authorization: Bearer …`; 16 characters or more.",
    )
    prometheus_multiproc_dir: Path | None = Field(
        None,
        description="Folder in which several processes count together, best in memory, as in `/dev/shm/metrics`. It "
        "has to be the service's own: its `.db` files are deleted.",
    )
    otel_exporter_otlp_endpoint: AnyHttpUrl | None = Field(
        None,
        description="OpenTelemetry collector that traces are sent to by OTLP over HTTP, as in `http://collector:4318`.",
    )
    drift: Switch = Field(
        Switch.OFF,
        description="Watch whether what comes in still looks to the model as its validation images did. Keeps counts, "
        "and 39 numbers each of the latest answers: neither images nor names.",
    )
    drift_window: int = Field(
        500, ge=50, le=2000, description="How many of the latest answers are tested, and shown, at a time."
    )
    drift_check_minutes: float = Field(
        60, gt=0, le=10_080, description="Minutes from one test of the window to the next."
    )
    drift_webhook_url: AnyHttpUrl | None = Field(
        None,
        description="Where an alarm is posted to, signed as Standard Webhooks has it, and again until it is taken.",
    )
    drift_webhook_secret: SecretStr | None = Field(
        None,
        min_length=16,
        description="What the alarm is signed with: 16 characters or more (`openssl rand -hex 32`).",
    )
    drift_webhook_local: bool = Field(
        False, description="Whether the webhook may be at an address of this machine or of a private network."
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

    @field_validator("cors_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("cors_origins")
    @classmethod
    def _check_origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        value = tuple(origin.rstrip("/") for origin in value)
        for origin in value:
            scheme, _, host = origin.partition("://")
            if origin != "*" and (scheme not in {"http", "https"} or not host or "/" in host):
                raise ValueError(f"{origin!r} is no origin; write scheme://host[:port], as in https://example.org")
        return value

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: SecretStr | None) -> SecretStr | None:
        scheme, _, rest = (value.get_secret_value() if value else "").partition("://")
        if value is not None and (scheme not in DATABASE_SCHEMES or not rest):
            raise ValueError(
                f"a database's URL begins with one of {', '.join(f'{name}://' for name in DATABASE_SCHEMES)}"
            )
        return value

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            url = urlsplit(value.get_secret_value())
            if url.scheme not in ("smtp", "smtps") or not url.hostname or url.port == 0:
                raise ValueError("a mail server's URL is smtp://host:port or smtps://host:port")
        return value

    @property
    def base_url(self) -> str:
        """Where people reach the service, without a slash at its end."""
        return str(self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine reaches the service."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @field_validator("rate_per_address", "rate_per_account", "rate_per_key")
    @classmethod
    def _check_rate(cls, value: str | None) -> str | None:
        if value is None:
            return None
        # Imported where a limit is set alone.
        from limits import parse_many

        try:
            if [rate.amount > 0 for rate in parse_many(value)] != [True]:
                raise ValueError
        except ValueError:
            raise ValueError("write a number of predictions and a time, as in 60/minute or 1000/5 hours") from None
        return value

    @field_validator("redis_url")
    @classmethod
    def _check_redis_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value and not value.get_secret_value().startswith(("redis://", "rediss://")):
            raise ValueError("the URL of a Redis server begins with redis:// or rediss://")
        return value

    @field_validator("encryption_keys")
    @classmethod
    def _check_keys(cls, value: SecretStr | None) -> SecretStr | None:
        if value:
            _keys(value)
        return value

    @model_validator(mode="after")
    def _check_keeping(self) -> Self:
        if self.keep_images is Switch.ON and not self.keeps_history:
            raise ValueError("KEEP_IMAGES=on needs a history: set AUTH=on or HISTORY=on")
        if self.keep_images is Switch.ON and not self.encryption_keys:
            raise ValueError("KEEP_IMAGES=on needs ENCRYPTION_KEYS: make a key with `openssl rand -base64 32`")
        if self.shadow_model and not self.keeps_history:
            raise ValueError("SHADOW_MODEL needs a history: set AUTH=on or HISTORY=on")
        return self

    @model_validator(mode="after")
    def _check_metrics(self) -> Self:
        if self.metrics is Switch.ON and not self.metrics_token and (self.auth is Switch.ON or not self.on_loopback):
            raise ValueError(
                "METRICS=on needs METRICS_TOKEN with AUTH=on, and where others reach the service: make one with "
                "`openssl rand -base64 32`"
            )
        return self

    @model_validator(mode="after")
    def _check_webhook(self) -> Self:
        if self.drift_webhook_url and not self.drift_webhook_secret:
            raise ValueError("DRIFT_WEBHOOK_URL needs DRIFT_WEBHOOK_SECRET: make one with `openssl rand -hex 32`")
        return self

    @property
    def keeps_history(self) -> bool:
        """Whether predictions are kept."""
        return self.history is HistoryChoice.ON or (self.history is HistoryChoice.AUTO and self.auth is Switch.ON)

    @property
    def image_keys(self) -> tuple[bytes, ...]:
        """The keys that images are encrypted with; the first is the current one."""
        return _keys(self.encryption_keys) if self.encryption_keys else ()

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
                if not fault["loc"]:
                    faults.append(fault["msg"].removeprefix("Value error, "))
                    continue
                name = str(fault["loc"][0])
                field = cls.model_fields[name]
                # A secret that is wrong stays a secret.
                given = "" if field.annotation == SecretStr | None else f"={fault['input']!r}"
                faults.append(f"{name.upper()}{given}: {fault['msg']} (accepted: {accepted(field)})")
            raise ConfigurationError("; ".join(faults)) from None


def _keys(value: SecretStr) -> tuple[bytes, ...]:
    """Keys for AES-256, written in base64 and separated by commas."""
    try:
        keys = tuple(base64.b64decode(key, validate=True) for key in value.get_secret_value().split(","))
    except (binascii.Error, ValueError):
        keys = ()
    if not keys or {len(key) for key in keys} != {_KEY_BYTES}:
        raise ValueError(f"a key is {_KEY_BYTES} random bytes in base64, as `openssl rand -base64 32` writes them")
    return keys


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
        Path | None: "a path",
        AnyHttpUrl: "a URL",
        AnyHttpUrl | None: "a URL",
        tuple[str, ...]: "origins separated by commas",
        tuple[IPv4Network | IPv6Network, ...]: "networks separated by commas",
    }.get(kind, "text")  # type: ignore[arg-type]
    bounds = {type(limit).__name__.lower(): limit for limit in field.metadata}
    symbols = {"gt": "above", "ge": "at least", "lt": "below", "le": "at most"}
    limits = [f"{symbols[name]} {getattr(limit, name):g}" for name, limit in bounds.items() if name in symbols]
    examples = [f"as in {example}" for example in field.examples or []]
    return ", ".join([words, *limits, *examples])


def settings_table() -> str:
    """The README's table of settings, as Markdown."""
    rows = ["| variable | default | accepted | meaning |", "| --- | --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        rows.append(f"| `{name.upper()}` | {_default(field)} | {accepted(field)} | {field.description} |")
    return "\n".join(rows)


def _default(field: FieldInfo) -> str:
    value = field.default
    if value is None or value == ():
        return "not set"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, Path):
        return f"`{value.relative_to(PROJECT_DIR)}/`"
    if isinstance(value, tuple):
        return f"`{','.join(value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
