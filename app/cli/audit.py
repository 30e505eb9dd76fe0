"""`audit`: check the audit trail."""

import argparse

from app.cli.support import Commands, read_settings


def add_to(commands: Commands) -> None:
    """Add the commands."""
    parser = commands.add_parser("audit", help="check the audit trail")
    audit = parser.add_subparsers(required=True, metavar="COMMAND")

    command = audit.add_parser("verify", help="find entries that were changed, removed or inserted")
    command.add_argument(
        "--head", metavar="N:HASH", help="a head that this command printed earlier, to compare the trail with"
    )
    command.set_defaults(run=verify_audit)


def verify_audit(options: argparse.Namespace) -> int:
    """Verify the trail and print its head.

    Raises:
        ConfigurationError: the trail is broken, or `--head` is not a head.
    """
    from app.services.accounts import administration

    head = administration.verify_audit(read_settings(), options.head)
    print(f"The audit trail's {head.sequence} entries are unbroken. Store this head on another machine:\n{head}")
    return 0
