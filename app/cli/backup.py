"""`backup` and `restore`: the database and the stored images in one file."""

import argparse
import sys
from pathlib import Path

from app.cli.support import Commands, read_settings


def add_to(commands: Commands) -> None:
    """Add the commands."""
    command = commands.add_parser("backup", help="write accounts, history, images and audit trail into one file")
    command.add_argument("file", metavar="FILE", type=Path, help="the new file; the service may run meanwhile")
    command.set_defaults(run=back_up)

    command = commands.add_parser("restore", help="restore a backup into an empty database, before the first start")
    command.add_argument("file", metavar="FILE", type=Path, help="a file that `backup` has written")
    command.set_defaults(run=restore)


def back_up(options: argparse.Namespace) -> int:
    """Write a backup and print what it contains and what it needs.

    Raises:
        ConfigurationError: the file cannot be written, or the database or storage cannot be used.
    """
    from app.services.backup import archive

    made = archive.backup(read_settings(), options.file)
    print(
        f"Wrote {options.file}: {made.rows('accounts')} accounts, {made.rows('records')} records and {made.pictures} "
        "images. It contains patient data: protect it like the database."
    )
    if made.missing:
        print(f"{made.missing} images could not be found: they were deleted meanwhile, or lost before.")
    if made.keys:
        print(f"ENCRYPTION_KEYS are not in it. Their fingerprints: {', '.join(made.keys)}")
    print(f"Head of the audit trail, to be stored on another machine:\n{made.audit_head}")
    return 0


def restore(options: argparse.Namespace) -> int:
    """Restore a backup and print what was restored.

    Raises:
        ConfigurationError: the file is not a backup, the database is not empty, or it or the storage cannot be used.
    """
    from app.services.backup import archive

    made, lacking = archive.restore(read_settings(), options.file)
    print(
        f"Restored {made.rows('accounts')} accounts, {made.rows('records')} records and {made.pictures} images from "
        f"{made.created_at:%Y-%m-%d %H:%M} UTC. The audit trail is unbroken up to the backup:\n{made.audit_head}"
    )
    if lacking:
        print(
            f"ENCRYPTION_KEYS lacks the keys with the fingerprints {', '.join(lacking)}. What they have encrypted "
            "cannot be read until you add them.",
            file=sys.stderr,
        )
    return 0
