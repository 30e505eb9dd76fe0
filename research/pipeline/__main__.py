"""The pipeline's command line: `python -m research.pipeline COMMAND`."""

import argparse
import sys

try:
    from app.config.settings import ConfigurationError
    from app.services.imaging.pillow import prepare_pillow
    from research.pipeline.cli import across, data, documents, evaluation, training, trust
    from research.pipeline.data.download import DownloadError
    from research.pipeline.evaluation.peers import PeerError
except ModuleNotFoundError as error:
    if (error.name or "").startswith(("app", "research")):
        raise
    sys.exit(
        f"error: the package {error.name} is missing: the pipeline needs the development environment. Run "
        "`make .venv/dev`, then `.venv/bin/python -m research.pipeline`."
    )


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m research.pipeline")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for group in (data, training, across, evaluation, trust, documents):
        group.add(commands)
    options = parser.parse_args(arguments)
    prepare_pillow()
    try:
        options.run(options)
    except FileNotFoundError as error:
        hint = "; `audit` writes it" if str(error.filename).endswith("manifest.csv") else ""
        print(f"error: {error.filename} does not exist{hint}", file=sys.stderr)
        return 1
    except (OSError, ValueError, ConfigurationError, DownloadError, PeerError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
