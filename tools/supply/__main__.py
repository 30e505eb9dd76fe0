"""Command line of the supply chain: `python -m tools.supply licences`, and `release FOLDER`."""

import argparse
import os
import sys
from pathlib import Path

from app import __version__
from tools.supply.archive import pack_models
from tools.supply.licences import faults
from tools.supply.sbom import bill_of_materials


def main() -> int:
    """Run one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tools.supply", description=__doc__)
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("licences", help="check the licences of all dependencies")
    check.set_defaults(run=_check)
    release = commands.add_parser("release", help="write bill of materials and weights; needs SOURCE_DATE_EPOCH")
    release.add_argument("folder", type=Path)
    release.set_defaults(run=_release)
    arguments = parser.parse_args()
    code: int = arguments.run(arguments)
    return code


def _check(_: argparse.Namespace) -> int:
    found = faults()
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


def _release(arguments: argparse.Namespace) -> int:
    epoch = int(os.environ["SOURCE_DATE_EPOCH"])
    (arguments.folder / f"btc-{__version__}.cdx.json").write_text(bill_of_materials(epoch))
    pack_models(arguments.folder / f"btc-models-{__version__}.tar.gz", epoch)
    return 0


if __name__ == "__main__":
    sys.exit(main())
