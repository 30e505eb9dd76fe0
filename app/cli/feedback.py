"""`feedback`: export the cases that readers have confirmed."""

import argparse
import os
from pathlib import Path

from app.cli.support import Commands, read_settings


def add_to(commands: Commands) -> None:
    """Add the commands."""
    parser = commands.add_parser("feedback", help="export the cases that readers have confirmed")
    feedback = parser.add_subparsers(required=True, metavar="COMMAND")

    command = feedback.add_parser("export", help="write confirmed cases with a stored picture, as training data")
    command.add_argument("folder", metavar="FOLDER", type=Path, help="for Training/CLASS/ID.jpg and confirmed.csv")
    command.add_argument("--notes", action="store_true", help="include the readers' notes")
    command.set_defaults(run=export_feedback)


def export_feedback(options: argparse.Namespace) -> int:
    """Write the confirmed cases as a labelled data set.

    Raises:
        ConfigurationError: the database or the folder cannot be used.
    """
    from app.services.history.training_set import LIST, export_labelled

    # Nobody else on the machine may read the scans.
    os.umask(0o077)
    exported = export_labelled(read_settings(), options.folder, notes=options.notes)
    print(f"Wrote {exported.written} images to {options.folder}; {LIST} lists their sources.")
    if exported.without_picture:
        print(f"{exported.without_picture} more have no readable picture (see KEEP_IMAGES and ENCRYPTION_KEYS).")
    return 0
