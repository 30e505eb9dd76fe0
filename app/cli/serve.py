"""`serve`: run the API server, in one process or several."""

import argparse
import errno
import multiprocessing
import os
import signal
import socket
import sys
from functools import partial
from threading import Thread
from typing import Any, NoReturn

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from app.cli.support import Commands
from app.config.choices import Switch
from app.config.logging import configure_logging, report_failed_start
from app.config.settings import ConfigurationError, Settings

_SHUTDOWN_S = 30
_OPTIONS: dict[str, Any] = {
    "log_config": None,
    "access_log": False,
    "server_header": False,
    "proxy_headers": False,
    "timeout_graceful_shutdown": _SHUTDOWN_S,
}
# uvicorn's supervisor replaces a worker that ended, but stops if one ended with this code.
_STARTUP_FAILURE = 3

log = structlog.get_logger()


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("serve", help="serve the API; settings come from environment variables")
    command.set_defaults(run=serve)


def serve(_: argparse.Namespace) -> int:
    """Serve the API until a signal ends it; returns the exit code."""
    try:
        settings = Settings.from_environment()
        configure_logging(settings)
        listeners = _listen(settings.host, settings.port, "PORT")
        if settings.grpc_port:
            _check_free(settings.host, settings.grpc_port)
        settings = settings.model_copy(update={"port": listeners[0].getsockname()[1]})
        _warn_of_failing_sign_in(settings)
        if settings.workers > 1:
            _supervise(settings, listeners)
        else:
            _serve_here(settings, listeners)
    except ConfigurationError as error:
        report_failed_start(error)
        return 1
    return 0


def worker(engines: str) -> ASGIApp:
    """The application in one of several processes. A fault at start ends all of them.

    Args:
        engines: address of the engine process.
    """
    from app.main import create_app
    from app.services.remote_engines.socket_engine import SocketEngines

    Thread(target=_end_with_parent, daemon=True).start()
    try:
        app = create_app(Settings.from_environment(), SocketEngines(engines))
    except ConfigurationError as error:
        _end_worker(error)

    async def ending(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        if scope["type"] == "lifespan" and (failure := _failure(app)):
            _end_worker(failure)

    return ending


def _end_with_parent() -> None:
    """Stop this process when the one that started it has ended without stopping it, as after SIGKILL."""
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)


def _end_worker(error: ConfigurationError) -> NoReturn:
    report_failed_start(error)
    # At once: the supervisor kills a process that takes time to end, and starts it again.
    os._exit(_STARTUP_FAILURE)


def _check_free(host: str, port: int) -> None:
    """Check the port for gRPC: its library gives no reason for a failure, and lets workers of two services share it.

    Raises:
        ConfigurationError: as for `_listen`.
    """
    for listener in _listen(host, port, "GRPC_PORT"):
        listener.close()


def _listen(host: str, port: int, setting: str) -> list[socket.socket]:
    """Listen on every address of the host.

    Raises:
        ConfigurationError: an address cannot be used, or another program listens on the port.
    """
    listeners: list[socket.socket] = []
    try:
        for family, *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE):
            dual = host == "::" and socket.has_dualstack_ipv6()
            listeners.append(socket.create_server(address[:2], family=family, backlog=2048, dualstack_ipv6=dual))
            # A free port, chosen for the first address, serves the others too.
            port = listeners[0].getsockname()[1]
    except OSError as error:
        for listener in listeners:
            listener.close()
        raise ConfigurationError(_why_not(error, host, port, setting)) from error
    return listeners


def _why_not(error: OSError, host: str, port: int, setting: str) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"{setting}={port}: another program already listens on this port of {host}. Stop it, or set {setting} to "
            f"another port{'; 0 chooses a free one' if setting == 'PORT' else ''}."
        )
    if error.errno == errno.EACCES:
        return f"{setting}={port}: this user may not listen on this port. Set {setting} to a port from 1024 on."
    return (
        f"HOST={host}: this machine has no such address. Set HOST to 127.0.0.1 for this machine "
        "only, or to 0.0.0.0 for every address."
    )


def _warn_of_failing_sign_in(settings: Settings) -> None:
    if settings.auth is Switch.ON and settings.secure_cookies and not settings.public_url:
        log.warning(
            "public_url_missing",
            advice="PUBLIC_URL is not set, so people can sign in only at an https:// address. Set it to the address "
            f"that they open: https://mri.example.org, or {settings.base_url} to try the service on this machine.",
        )


def _failure(app: FastAPI) -> ConfigurationError | None:
    failure = app.state.container.failure
    return ConfigurationError(failure) if failure else None


def _serve_here(settings: Settings, listeners: list[socket.socket]) -> None:
    # Lazy imports: the other commands need neither a server nor the routes.
    import uvicorn

    from app.main import create_app
    from app.routes.connections import server_options

    app = create_app(settings)
    # uvicorn restores this handler and sends the signal again after its own shutdown: exit with 0 then, and also when
    # the signal arrives before uvicorn has installed its handler.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        uvicorn.Server(uvicorn.Config(app, **_OPTIONS, **server_options(settings))).run(listeners)
    except SystemExit as end:
        if end.code:
            raise
    if failure := _failure(app):
        raise failure


def _supervise(settings: Settings, listeners: list[socket.socket]) -> None:
    import uvicorn
    from uvicorn.supervisors import Multiprocess

    from app.routes.connections import server_options
    from app.services.remote_engines.process import EngineProcess

    class Supervisor(Multiprocess):
        """Starts the engine process again as well, if it has ended.

        It passes SIGHUP on, at which each worker reads the models again; uvicorn's own would start them again.
        """

        def keep_subprocess_alive(self) -> None:
            engine.ensure()
            super().keep_subprocess_alive()

        def handle_hup(self) -> None:
            for process in self.processes:
                if process.pid:
                    os.kill(process.pid, signal.SIGHUP)

    # The workers read the settings themselves.
    os.environ["PORT"] = str(settings.port)
    options = {**_OPTIONS, **server_options(settings)}
    with EngineProcess() as engine:
        app = partial(worker, engine.address)
        supervisor = Supervisor(uvicorn.Config(app, factory=True, workers=settings.workers, **options), listeners)
        supervisor.run()
    if any(process.exitcode == _STARTUP_FAILURE for process in supervisor.processes):
        raise ConfigurationError("a worker process could not start; it printed the reason.")
