"""`users`: add and list accounts, reset passwords."""

import argparse
import sys
from getpass import getpass

from rich import box
from rich.markup import escape
from rich.table import Table

from app.cli.support import Commands, print_tables, read_settings
from app.config.settings import ConfigurationError


def add_to(commands: Commands) -> None:
    """Add the commands."""
    parser = commands.add_parser("users", help="add and list accounts, reset passwords")
    users = parser.add_subparsers(required=True, metavar="COMMAND")

    command = users.add_parser("add", help="add an account; reads the password from the keyboard or a pipe")
    command.add_argument("email", metavar="EMAIL")
    command.add_argument("--admin", action="store_true", help="make it an administrator's account")
    command.set_defaults(run=add_user)

    command = users.add_parser("list", help="list the accounts")
    command.set_defaults(run=list_users)

    command = users.add_parser("reset", help="print a one-time link for a new password, and end all sessions")
    command.add_argument("email", metavar="EMAIL")
    command.add_argument("--second-factor", action="store_true", help="also remove the second factor")
    command.set_defaults(run=reset_user)


def add_user(options: argparse.Namespace) -> int:
    """Add an account.

    Raises:
        ConfigurationError: the e-mail address or password is not accepted, or the account exists.
    """
    from app.services.accounts import administration

    account = administration.add_user(read_settings(), options.email, _read_password(), admin=options.admin)
    print(f"Added {account.email}{' as an administrator' if account.admin else ''}")
    return 0


def list_users(_: argparse.Namespace) -> int:
    """Print the accounts.

    Raises:
        ConfigurationError: the database cannot be used.
    """
    from app.services.accounts import administration

    table = Table("e-mail", "administrator", "second factor", "closed", "since", box=box.SIMPLE)
    for account in administration.users(read_settings()):
        flags = (account.admin, account.totp_secret is not None, account.disabled)
        table.add_row(
            escape(account.email), *("yes" if flag else "no" for flag in flags), f"{account.created_at:%Y-%m-%d}"
        )
    print_tables(table)
    return 0


def reset_user(options: argparse.Namespace) -> int:
    """Print a one-time link that sets a new password.

    Raises:
        ConfigurationError: there is no such account.
    """
    from app.services.accounts import administration

    print(administration.reset_user(read_settings(), options.email, remove_second_factor=options.second_factor))
    return 0


def _read_password() -> str:
    """Read a password, twice from a keyboard or once from a pipe.

    Raises:
        ConfigurationError: the two passwords differ.
    """
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    password = getpass("Password: ")
    if getpass("Repeat password: ") != password:
        raise ConfigurationError("the two passwords differ.")
    return password
