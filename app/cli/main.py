"""The entry point: runs the command, and turns an error into one line and an exit code."""

import argparse
import os
import sys
from io import TextIOWrapper
from pathlib import Path

from app import __version__
from app.cli import (
    audit,
    backup,
    batch,
    drift,
    evaluate,
    export,
    feedback,
    listen,
    models,
    predict,
    serve,
    settings,
    study,
    users,
)
from app.config.settings import ConfigurationError
from app.models.classes import DISCLAIMER

_COMMANDS = (
    serve,
    predict,
    batch,
    study,
    listen,
    drift,
    evaluate,
    export,
    settings,
    users,
    audit,
    backup,
    feedback,
    models,
)


def main(arguments: list[str] | None = None) -> int:
    """Run a command.

    Args:
        arguments: the command line's arguments; None for those of the process.

    Returns:
        The exit code: 0, or 1 after a failure or if the reader of the output has ended, or 130 after Ctrl+C. Wrong
        arguments end the process with 2.
    """
    for stream in (sys.stdout, sys.stderr):
        # Not every terminal can show every character, above all those of file names.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        try:
            options = _parser().parse_args(arguments)
            return int(options.run(options))
        finally:
            sys.stdout.flush()
    except ConfigurationError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The interpreter flushes once more when it ends, which would fail again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    program = "btc" if Path(sys.argv[0]).name == "btc" else "python -m app"
    parser = argparse.ArgumentParser(prog=program, description=f"Brain tumor classification. {DISCLAIMER}")
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for command in _COMMANDS:
        command.add_to(commands)
    return parser
