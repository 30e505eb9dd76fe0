"""Structured logs: one line for each event, including those of the server and of libraries.

No log line contains anything about an image: no file name, no content, no result.
"""

import logging
import os
import sys
import threading
from types import TracebackType

import structlog

from app.config.choices import LogFormat
from app.config.settings import ConfigurationError, Settings

log = structlog.get_logger()


def configure_logging(settings: Settings) -> None:
    """Send the logs of structlog and of the standard library to standard error, in one form.

    Args:
        settings: the settings with the form and the lowest severity.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: structlog.typing.Processor
    if settings.log_format is LogFormat.JSON:
        shared.append(structlog.processors.format_exc_info)
        renderer = structlog.processors.JSONRenderer()
    else:
        # Plain tracebacks: structlog's pretty ones print local variables, which contain pixels and file names.
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=settings.log_level.upper(), force=True)
    logging.captureWarnings(True)
    if settings.log_format is LogFormat.JSON:
        sys.excepthook = _log_uncaught
        threading.excepthook = lambda hook: _log_uncaught(
            hook.exc_type, hook.exc_value or hook.exc_type(), hook.exc_traceback
        )
    # At lower levels these libraries log requests and responses, or too much.
    for name in (
        "httpx",
        "httpx2",
        "httpcore2",
        "google_genai",
        "tensorflow",
        "absl",
        "h5py",
        "PIL",
        "fontTools",
        "alembic",
    ):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Started from its own command line, uvicorn has handlers of its own, with another form.
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    # uvicorn's access log contains paths and queries, which may contain a patient's name.
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    # This library warns about every malformed form, which is the client's fault; the client gets a problem document.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    # This library logs the characters of an explanation that are missing from its font.
    logging.getLogger("fpdf").setLevel(logging.ERROR)


def report_failed_start(error: ConfigurationError) -> None:
    """Print why the service does not start, in the form of its log lines. The settings may be what is wrong."""
    if os.environ.get("LOG_FORMAT", "").strip().lower() == LogFormat.JSON:
        configure_logging(Settings.model_construct(log_format=LogFormat.JSON))
        log.critical("start_failed", reason=str(error))
    else:
        print(f"error: {error}", file=sys.stderr)


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    log.critical("uncaught", exc_info=(kind, error, trace))
