"""`settings`: list the environment variables."""

import argparse

from app.cli.support import Commands
from app.config.reference import settings_table


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("settings", help="list the environment variables, as a Markdown table")
    command.set_defaults(run=show_settings)


def show_settings(_: argparse.Namespace) -> int:
    """Print every setting with its default, accepted values and meaning."""
    print(settings_table())
    return 0
