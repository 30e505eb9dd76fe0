"""Commands that write the documentation: `figures`, `documents`."""

import argparse

from research.pipeline.cli.arguments import DOCUMENTATION, MODEL_CARD, MODELS, SAMPLES, Commands
from research.pipeline.training.recipe import RECIPES


def add(commands: Commands) -> None:
    """Add the commands of this group."""
    command = commands.add_parser("figures", help="draw the pictures of the documentation")
    command.set_defaults(run=_figures)

    command = commands.add_parser("documents", help="write model card, findings and the gate's appendix")
    command.set_defaults(run=_documents)


def _figures(options: argparse.Namespace) -> None:
    from research.pipeline.publish.figures import figures

    for path in figures(MODELS, SAMPLES, DOCUMENTATION):
        print(path)


def _documents(options: argparse.Namespace) -> None:
    from research.pipeline.publish.documents import write_documents

    for path in write_documents(MODELS, DOCUMENTATION, RECIPES, MODEL_CARD):
        print(path)
