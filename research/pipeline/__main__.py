"""The pipeline's command line."""

import argparse
import sys
from pathlib import Path

from app.config.settings import PROJECT_DIR
from research.pipeline.audit import audit
from research.pipeline.evaluate import evaluate
from research.pipeline.manifest import write_manifest

RUNS = PROJECT_DIR / "research" / "runs"
DOCUMENTATION = PROJECT_DIR / "research" / "documentation"
SEED = 20261123


def main(arguments: list[str] | None = None) -> int:
    """Run a command; gives the exit code."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options)
    except FileNotFoundError as error:
        hint = "; `audit` writes it" if str(error.filename).endswith("manifest.csv") else ""
        print(f"error: {error.filename} does not exist{hint}", file=sys.stderr)
        return 1
    return 0


def _audit(options: argparse.Namespace) -> None:
    rows, report = audit(options.data, options.unknown_tumors, options.out / "pairs.png", options.seed)
    write_manifest(rows, options.out / "manifest.csv")
    text = report.model_dump_json(indent=2)
    options.report.parent.mkdir(parents=True, exist_ok=True)
    options.report.write_text(text + "\n")
    print(text)


def _evaluate(options: argparse.Namespace) -> None:
    print(evaluate(options.model, options.data, options.manifest).model_dump_json(indent=2))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m research.pipeline")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("audit", help="find copies within and across the splits; write manifest and report")
    _add_data(command)
    command.add_argument("--unknown-tumors", type=Path, help="folder of tumors of unrecorded type")
    command.add_argument("--out", type=Path, default=RUNS / "audit", help="for manifest.csv and pairs.png")
    command.add_argument("--report", type=Path, default=DOCUMENTATION / "audit.json", help="(default: %(default)s)")
    command.add_argument("--seed", type=int, default=SEED, help="of the split (default: %(default)s)")
    command.set_defaults(run=_audit)

    command = commands.add_parser("evaluate", help="measure a model on the test images and write it into its metadata")
    _add_data(command)
    command.add_argument(
        "--manifest", type=Path, default=RUNS / "audit" / "manifest.csv", help="what audit wrote (default: %(default)s)"
    )
    command.add_argument(
        "--model",
        type=Path,
        default=PROJECT_DIR / "models" / "xception_model.json",
        help="the model's metadata (default: %(default)s)",
    )
    command.set_defaults(run=_evaluate)
    return parser


def _add_data(command: argparse.ArgumentParser) -> None:
    command.add_argument("--data", type=Path, required=True, help="the data set, in the Kaggle layout")


if __name__ == "__main__":
    sys.exit(main())
