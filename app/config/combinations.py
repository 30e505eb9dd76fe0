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
    if settings.drift_webhook_url and not settings.drift_webhook_secret:
        raise ValueError("DRIFT_WEBHOOK_URL needs DRIFT_WEBHOOK_SECRET: create one with `openssl rand -hex 32`")
