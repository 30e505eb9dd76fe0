"""The pipeline's command line."""

import argparse
import sys
from pathlib import Path

from app.config.settings import PROJECT_DIR
from research.pipeline.evaluate import evaluate


def main() -> int:
    """Run a command; gives the exit code."""
    parser = argparse.ArgumentParser(prog="python -m research.pipeline")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    command = commands.add_parser("evaluate", help="measure a model on the test images and write it into its metadata")
    command.add_argument("--data", type=Path, required=True, help="the data set, in the Kaggle layout")
    command.add_argument(
        "--model",
        type=Path,
        default=PROJECT_DIR / "models" / "xception_model.json",
        help="the model's metadata (default: %(default)s)",
    )
    command.set_defaults(run=lambda options: print(evaluate(options.model, options.data).model_dump_json(indent=2)))
    options = parser.parse_args()
    options.run(options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
