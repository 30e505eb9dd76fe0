"""Settings that need one another."""

from typing import TYPE_CHECKING

from app.config.choices import Switch

if TYPE_CHECKING:  # it imports this module
    from app.config.settings import Settings


def check_combinations(settings: "Settings") -> None:
    """Check that each setting has the others that it needs.

    Raises:
        ValueError: one is missing; the message names it and says how to get it.
    """
    if settings.keep_images is Switch.ON and not settings.keeps_history:
        raise ValueError("KEEP_IMAGES=on needs a history: set AUTH=on or HISTORY=on")
    if settings.keep_images is Switch.ON and not settings.encryption_keys:
        raise ValueError("KEEP_IMAGES=on needs ENCRYPTION_KEYS: create a key with `openssl rand -base64 32`")
    if settings.shadow_model and not settings.keeps_history:
        raise ValueError("SHADOW_MODEL needs a history: set AUTH=on or HISTORY=on")
    reachable = settings.auth is Switch.ON or not settings.on_loopback
    if settings.metrics is Switch.ON and not settings.metrics_token and reachable:
        raise ValueError(
            "METRICS=on needs METRICS_TOKEN if AUTH=on, or if other machines can reach the service: create one "
            "with `openssl rand -base64 32`"
        )
    if settings.grpc_port == settings.port:
        raise ValueError(f"GRPC_PORT={settings.grpc_port}: PORT has this value too. Set GRPC_PORT to another port")
    if settings.drift_webhook_url and not settings.drift_webhook_secret:
        raise ValueError("DRIFT_WEBHOOK_URL needs DRIFT_WEBHOOK_SECRET: create one with `openssl rand -hex 32`")


def check_replicated(settings: "Settings") -> None:
    """Check the settings of a replica, of which others run on other machines: nothing may be stored on its disk.

    Raises:
        ValueError: one would be; the message names what to set instead.
    """
    database = settings.database_url.get_secret_value() if settings.database_url else "sqlite"
    stores = settings.keeps_history or Switch.ON in (settings.auth, settings.drift)
    if stores and database.startswith("sqlite"):
        raise ValueError(
            "AUTH, HISTORY and DRIFT need a database that all replicas share: set DATABASE_URL to one on PostgreSQL"
        )
    if settings.keep_images is Switch.ON and not settings.s3_bucket:
        raise ValueError("KEEP_IMAGES=on needs a place that all replicas share: set S3_BUCKET")
    limits = (settings.rate_per_address, settings.rate_per_account, settings.rate_per_key)
    if any(limits) and not settings.redis_url:
        raise ValueError("RATE_PER_ADDRESS, RATE_PER_ACCOUNT and RATE_PER_KEY need REDIS_URL, which all replicas share")
    if settings.metrics is Switch.ON:
        raise ValueError(
            "METRICS=on is not possible: /metrics would answer for one of the replicas. Ray has metrics of all of them"
        )
    if settings.grpc_port:
        raise ValueError(
            "GRPC_PORT is not possible: Ray's proxy passes only HTTP to the replicas. Leave it out, and call /v2"
        )
