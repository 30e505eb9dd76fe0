"""Structured logs: one line an event, for people or for machines, the server's own lines included.

Nothing about an image goes into them: no file name, no content, no result.
"""

import logging
import sys

import structlog

from app.config.settings import LogFormat, Settings


def configure_logging(settings: Settings) -> None:
    """Send structlog's and the standard library's lines to standard error in one form."""
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
        # The plain traceback: the pretty ones print local variables, and with them pixels and file names.
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
    # Libraries whose chatter would repeat requests or responses, or drown ours.
    for name in ("httpx", "httpx2", "google_genai", "tensorflow", "absl", "h5py", "PIL", "fontTools", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # uvicorn's own log of requests has their paths and queries, where a person may have typed a name.
    access = logging.getLogger("uvicorn.access")
    access.handlers.clear()
    access.propagate = False
    # It warns of every malformed form, which is the client's fault and told to the client.
    logging.getLogger("python_multipart").setLevel(logging.ERROR)
    # It names the characters of an explanation that its font lacks.
    logging.getLogger("fpdf").setLevel(logging.ERROR)
