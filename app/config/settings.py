"""Every environment variable that the service reads, with its type, default and meaning."""

from ipaddress import ip_address
from pathlib import Path
from typing import Self

from pydantic import AnyHttpUrl, Field, SecretStr, ValidationError, field_validator, model_validator

from app.config import values
from app.config.accepted import described
from app.config.choices import EngineChoice, GateChoice, HistoryChoice, LogFormat, LogLevel, Precision, SignUp, Switch
from app.config.combinations import check_combinations
from app.config.dicom import DicomSettings
from app.config.machine import parallel_passes

_CHECKOUT = Path(__file__).resolve().parents[2]
# Parent of the folders for models, uploads and data: an installed package never writes into site-packages.
PROJECT_DIR = _CHECKOUT if (_CHECKOUT / "pyproject.toml").is_file() else Path.cwd()
# The wheel contains the sample images.
_PACKAGED_SAMPLES = Path(__file__).resolve().parents[1] / "sample_images"
_SAMPLES_DIR = _PACKAGED_SAMPLES if _PACKAGED_SAMPLES.is_dir() else PROJECT_DIR / "sample_images"

# Values of HOST that accept connections at every address of the machine.
EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


class ConfigurationError(Exception):
    """A setting, file or folder is wrong; the message is one line for the operator."""


class Settings(DicomSettings):
    """The service's configuration, read once from the environment.

    `Settings.from_environment()` reports a wrong value in one line.
    """

    host: str = Field("127.0.0.1", description="Address to listen on. The container image sets `0.0.0.0`.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 chooses a free port. Render sets it.")
    grpc_port: int | None = Field(
        None,
        ge=1,
        le=65535,
        description="Port of the Open Inference Protocol over gRPC, on the address `HOST`. If not set, there is no "
        "gRPC. Needs the extra `grpc`.",
    )
    workers: int = Field(
        1,
        ge=1,
        le=64,
        description="Number of processes that serve. If there are several, one more process computes for all of them, "
        "and only that one loads the model.",
    )
    auth: Switch = Field(
        Switch.OFF,
        description="`on` requires every client to sign in or to send a key. The container image sets `on`.",
    )
    allow_anonymous: bool = Field(
        False,
        description="Whether the service may listen on an address that other machines can reach with `AUTH=off`. "
        "Everyone who can reach it may then use it.",
    )
    data_dir: Path = Field(PROJECT_DIR / "data", description="Folder for stored data: accounts, history, audit trail.")
    database_url: values.DatabaseUrl = Field(
        None,
        description="Database, for example `postgresql://user:password@host/name`. If not set, a SQLite file in "
        "`DATA_DIR`.",
    )
    public_url: AnyHttpUrl | None = Field(
        None,
        description="The service's address for its users, for example `https://mri.example.org`, used in links and "
        "for cookies. If not set, links start with `http://HOST:PORT`, and people can sign in only over HTTPS unless "
        "`HOST` is a loopback address.",
    )
    allowed_hosts: values.HostNames = Field(
        (),
        examples=["mri.example.org,*.internal.example.org"],
        description="Host names of the service besides `localhost`, IP addresses, `HOST` and the name in `PUBLIC_URL`, "
        "separated by commas. Requests for another name are rejected. A `*` in the first label matches one label; `*` "
        "as the whole value accepts every name.",
    )
    session_idle_minutes: float = Field(
        60, gt=0, le=1440, description="Minutes without a request after which a session ends."
    )
    session_hours: float = Field(12, gt=0, le=720, description="Hours after which every session ends.")
    require_second_factor: bool = Field(
        False,
        description="Whether every account needs a second factor. An account without one can only be managed by its "
        "owner, and its keys have no effect, until the second factor is set up.",
    )
    admin_second_factor: bool = Field(
        False, description="Whether administrators need a second factor for administrative actions."
    )
    sign_up: SignUp = Field(
        SignUp.CLOSED,
        description="Who may create an account: nobody (administrators add accounts on the command line), people "
        "with an invitation, or everyone.",
    )
    smtp_url: values.SmtpUrl = Field(
        None,
        description="Mail server for one-time links, for example `smtp://user:password@host:587`; `smtps://` uses "
        "TLS from the start. If not set, administrators pass links on themselves.",
    )
    mail_from: str = Field("noreply@localhost", pattern=r"^[^\s@]+@[^\s@]+$", description="Sender address of e-mails.")
    log_level: LogLevel = Field(LogLevel.INFO, description="Lowest severity to log.")
    log_format: LogFormat = Field(
        LogFormat.CONSOLE, description="`console` for people, `json` for programs (one JSON object a line)."
    )
    api_docs: bool = Field(
        True, description="Whether to serve Swagger UI at `/docs`, ReDoc at `/redoc`, and `/openapi.json`."
    )
    cors_origins: values.Origins = Field(
        ("http://localhost:3000", "http://127.0.0.1:3000"),
        examples=["https://example.org,https://*.example.org"],
        description="Origins of front ends that may call the API from a browser, separated by commas. A `*` in the "
        "first label of a host matches one label; `*` as the whole value allows every origin.",
    )
    max_upload_mb: float = Field(
        10.0, gt=0, le=1000, description="Largest accepted image file, in megabytes (10^6 bytes)."
    )
    max_megapixels: float = Field(
        25.0, gt=0, le=1000, description="Largest accepted image, in megapixels (10^6 pixels); checked before decoding."
    )
    max_study_mb: float = Field(
        500.0,
        gt=0,
        le=100_000,
        description="Largest study in one request, and largest file in a study after unpacking, in megabytes (10^6 "
        "bytes).",
    )
    max_batch_files: int = Field(16, ge=1, le=1000, description="Largest number of images in one batch request.")
    header_timeout_s: values.Seconds = Field(
        10.0, description="Seconds in which the headers of a request must arrive, and a connection may be idle."
    )
    upload_timeout_s: values.Seconds = Field(
        30.0, description="Seconds in which a request body must arrive, or as many kilobytes of a larger one."
    )
    connections_per_address: int = Field(
        256, ge=1, description="Open connections of one address in each process, unless it is a trusted proxy."
    )
    queue_size: int = Field(
        32,
        ge=0,
        le=10_000,
        description="Requests that may wait while others are computed. Further requests are answered with 503.",
    )
    engine: EngineChoice = Field(
        EngineChoice.AUTO,
        description="Library for the forward pass; `auto` uses OpenVINO if it is installed, otherwise TensorFlow.",
    )
    precision: Precision = Field(
        Precision.AUTO,
        description="Number format of OpenVINO: `auto` measures float32 and, if the processor supports it, bfloat16, "
        "and uses the faster; `f32` (float32) gives the same answer on every processor; `bf16` (bfloat16) uses "
        "less memory.",
    )
    parallel_passes: int | None = Field(
        None,
        ge=1,
        le=64,
        description="Scans that are computed at the same time while several wait, each on a share of the cores: more "
        "scans per second, for 100 MB of memory (`f32`: 200 MB) from then on. If not set, one for each core, at most "
        "4, if the service may use 2 GB of memory, otherwise 1.",
    )
    cache_mb: float = Field(
        32.0,
        ge=0,
        le=10_000,
        description="Memory for the latest predictions, in megabytes: the same file is not computed again. 0 turns "
        "the cache off.",
    )
    gate: GateChoice = Field(
        GateChoice.WARN,
        description="What happens to an image that is out of distribution, such as a photograph: `warn` marks the "
        "prediction, `enforce` rejects the image, `off` does not check.",
    )
    models_dir: Path = Field(
        PROJECT_DIR / "models",
        description="Folder of the trained weights and their metadata; folders in it may have further versions.",
    )
    default_model: str | None = Field(
        None,
        pattern=r"^[a-z0-9-]+$",
        description="Model for requests that name none. If not set, the model whose metadata has `default: true`.",
    )
    shadow_model: str | None = Field(
        None,
        pattern=r"^[a-z0-9-]+(@[\w.+-]+)?$",
        description="Model that also classifies a share of the scans in the background, for comparison with the "
        "model that answered: its name, for its default version, or `NAME@VERSION`. Needs a history.",
    )
    shadow_share: float = Field(
        0.1, ge=0, le=1, description="Share of the predictions that `SHADOW_MODEL` also classifies."
    )
    site_file: Path | None = Field(
        None,
        description="File written by `python -m app evaluate --fit`, or a folder of such files (`*.json`), one for "
        "each version of a model: a temperature and thresholds fitted to your own scans, which replace the model's.",
    )
    samples_dir: Path = Field(_SAMPLES_DIR, description="Folder of the sample images.")
    uploads_dir: Path = Field(
        PROJECT_DIR / "uploads",
        description="Folder for the temporary files of requests in flight, new or empty. The service marks it as its "
        "own, and deletes everything in it at start.",
    )
    history: HistoryChoice = Field(
        HistoryChoice.AUTO,
        description="Whether to store predictions, for each account separately: `auto` stores them with `AUTH=on`. "
        "Neither the file name nor, without `KEEP_IMAGES`, the image is stored.",
    )
    history_days: int = Field(365, ge=1, le=36_500, description="Days after which stored predictions are deleted.")
    keep_images: Switch = Field(
        Switch.OFF,
        description="Whether to store images in the history too, encrypted, with at most 1024 pixels a side. Needs "
        "`ENCRYPTION_KEYS`.",
    )
    encryption_keys: values.EncryptionKeys = Field(
        None,
        description="Keys that encrypt stored images and the secrets of second factors, each 32 bytes in base64 "
        "(`openssl rand -base64 32`), separated by commas. The first encrypts, all decrypt: to change keys, put the "
        "new key first.",
    )
    s3_bucket: str | None = Field(
        None,
        min_length=3,
        description="Bucket for stored images on S3 or a compatible server, instead of `DATA_DIR`. Nothing else may "
        "use it: the service deletes objects that belong to no record.",
    )
    s3_endpoint_url: AnyHttpUrl | None = Field(
        None, description="Address of the bucket's server, if it is not Amazon's."
    )
    s3_region: str = Field("us-east-1", min_length=1, description="Region of the bucket.")
    s3_access_key_id: SecretStr | None = Field(
        None, description="Access key of the bucket. If not set, the service uses the role of its machine."
    )
    s3_secret_access_key: SecretStr | None = Field(None, description="Secret of the access key.")
    rate_per_address: values.Rate = Field(
        None,
        examples=["60/minute"],
        description="Limit on predictions and reports from one address (IPv6: from one /64 network).",
    )
    rate_per_account: values.Rate = Field(
        None, examples=["600/hour"], description="Limit on predictions and reports of one account."
    )
    rate_per_key: values.Rate = Field(
        None, examples=["600/hour"], description="Limit on predictions and reports with one key."
    )
    redis_url: values.RedisUrl = Field(
        None,
        description="Redis server for rate limits that several processes share, for example `redis://host:6379/0`. "
        "If not set, each process counts separately.",
    )
    trusted_proxies: values.Networks = Field(
        (),
        examples=["10.0.0.0/8"],
        description="Networks of the reverse proxies in front of the service, separated by commas. The service accepts "
        "`X-Forwarded-For` and `X-Forwarded-Proto` only from them.",
    )
    metrics: Switch = Field(
        Switch.OFF,
        description="`on` serves Prometheus metrics at `/metrics`. Needs `METRICS_TOKEN` if `AUTH=on`, or if other "
        "machines can reach the service.",
    )
    metrics_token: SecretStr | None = Field(
        None,
        min_length=16,
        description="Token that clients of `/metrics` send as `Authorization: Bearer …`; at least 16 characters.",
    )
    prometheus_multiproc_dir: Path | None = Field(
        None,
        description="Folder for metrics that several processes share, preferably in memory, for example "
        "`/dev/shm/metrics`, new or empty. The service marks it as its own, and deletes files in it.",
    )
    otel_exporter_otlp_endpoint: AnyHttpUrl | None = Field(
        None,
        description="OpenTelemetry collector for traces (OTLP over HTTP), for example `http://collector:4318`.",
    )
    drift: Switch = Field(
        Switch.OFF,
        description="Whether to monitor if incoming scans still resemble the model's validation images. Stores "
        "counts, and 39 numbers for each of the latest predictions, but no images and no names.",
    )
    drift_window: int = Field(500, ge=50, le=2000, description="Number of latest predictions to test and to show.")
    drift_check_minutes: float = Field(
        60, gt=0, le=10_080, description="Minutes between two tests of the latest predictions."
    )
    drift_webhook_url: AnyHttpUrl | None = Field(
        None,
        description="Address to which alarms are posted, signed according to Standard Webhooks, and posted again "
        "until accepted.",
    )
    drift_webhook_secret: SecretStr | None = Field(
        None,
        min_length=16,
        description="Secret that signs alarms; at least 16 characters (`openssl rand -hex 32`).",
    )
    drift_webhook_local: bool = Field(
        False, description="Whether the webhook may be on this machine or in a private network."
    )
    gemini_api_key: SecretStr | None = Field(
        None, description="Key of the Gemini API. If not set, the service writes explanations itself."
    )
    gemini_model: str = Field(
        "gemini-3.5-flash-lite", min_length=1, description="Gemini model that writes explanations."
    )
    gemini_base_url: AnyHttpUrl = Field(
        AnyHttpUrl("https://generativelanguage.googleapis.com"), description="Address of the Gemini API."
    )
    gemini_api_version: str = Field("v1beta", min_length=1, description="Version of the Gemini API.")
    gemini_timeout_s: float = Field(
        15.0,
        gt=0,
        le=120,
        description="Seconds for Gemini to answer, retries included, before the service writes the explanation itself.",
    )

    @property
    def base_url(self) -> str:
        """The service's address for its users, without a trailing slash."""
        host = "localhost" if self.host in EVERY_ADDRESS else self.host
        return str(self.public_url or f"http://{f'[{host}]' if ':' in host else host}:{self.port}").rstrip("/")

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies are sent only over TLS: yes, unless the settings show that people use plain HTTP."""
        return self.public_url.scheme == "https" if self.public_url else not self.on_loopback

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the service."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @field_validator("*", mode="before")
    @classmethod
    def _strip(cls, value: object) -> object:
        # An env file written on Windows ends each value with a carriage return.
        return value.strip() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check_together(self) -> Self:
        check_combinations(self)
        return self

    @property
    def keeps_history(self) -> bool:
        """Whether predictions are stored."""
        return self.history is HistoryChoice.ON or (self.history is HistoryChoice.AUTO and self.auth is Switch.ON)

    @property
    def encryption_key_bytes(self) -> tuple[bytes, ...]:
        """The keys of stored images and second factors, 32 bytes each. The first encrypts; all decrypt."""
        return values.decoded_keys(self.encryption_keys.get_secret_value()) if self.encryption_keys else ()

    @property
    def queue_dir(self) -> Path:
        """The folder of `btc listen`."""
        return self.dimse_queue_dir or self.data_dir / "queue"

    @property
    def passes(self) -> int:
        """Forward passes at the same time."""
        return self.parallel_passes or parallel_passes()

    @property
    def prediction_threads(self) -> int:
        """Threads that compute predictions: while all passes run, one thread decodes."""
        return self.passes + 1

    @property
    def max_upload_bytes(self) -> int:
        """Largest image file, in bytes."""
        return int(self.max_upload_mb * 1e6)

    @property
    def max_study_bytes(self) -> int:
        """Largest study, in bytes."""
        return int(self.max_study_mb * 1e6)

    @property
    def max_pixels(self) -> int:
        """Largest image, in pixels."""
        return int(self.max_megapixels * 1e6)

    @classmethod
    def from_environment(cls) -> Self:
        """Read the environment.

        Raises:
            ConfigurationError: a variable has a wrong value; the message names the variable, the fault and the accepted
                values.
        """
        try:
            return cls()
        except ValidationError as error:
            faults = [described(fault, cls.model_fields) for fault in error.errors(include_url=False)]
            raise ConfigurationError("; ".join(faults)) from None
