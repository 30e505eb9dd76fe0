"""`serve`: run the API server."""

import argparse
import signal
import sys

from app.cli.support import Commands
from app.config.settings import ConfigurationError, Settings

_SHUTDOWN_S = 30


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("serve", help="serve the API; settings come from environment variables")
    command.set_defaults(run=serve)


def serve(_: argparse.Namespace) -> int:
    """Serve the API until a signal ends it.

    Raises:
        ConfigurationError: a setting is wrong, or the model cannot be loaded.
    """
    # Lazy imports: the other commands need neither a server nor the routes.
    import uvicorn

    from app.main import create_app

    settings = Settings.from_environment()
    app = create_app(settings)
    # uvicorn restores this handler and sends the signal again after its own shutdown: exit with 0 then, and also when
    # the signal arrives before uvicorn has installed its handler.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_graceful_shutdown=_SHUTDOWN_S,
        )
    except SystemExit as end:
        if end.code:
            raise
    failure = app.state.container.failure
    if failure:
        raise ConfigurationError(failure)
    return 0
