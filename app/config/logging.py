"""Structured logs: one line for each event, including those of the server and of libraries.

No log line contains anything about an image: no file name, no content, no result.
"""

import logging
import sys

import structlog

from app.config.choices import LogFormat
from app.config.settings import Settings


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
    # At lower levels these libraries log requests and responses, or too much.
    for name in ("httpx", "httpx2", "google_genai", "tensorflow", "absl", "h5py", "PIL", "fontTools", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # uvicorn's access log contains paths and queries, which may contain a patient's name.
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    # This library warns about every malformed form, which is the client's fault; the client gets a problem document.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    # This library logs the characters of an explanation that are missing from its font.
    logging.getLogger("fpdf").setLevel(logging.ERROR)
