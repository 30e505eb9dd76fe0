"""`export`: write the models' OpenVINO graphs and choose their precision."""

import argparse

from app.cli.support import Commands, read_settings
from app.config.choices import Precision
from app.config.settings import ConfigurationError
from app.services.inference.model_set import read_models
from app.services.network.openvino_graph import export_graph, read_graph
from app.services.network.precision import choose_precision


def add_to(commands: Commands) -> None:
    """Add the command."""
    command = commands.add_parser("export", help="write the models' OpenVINO graphs; needs Keras and SciPy")
    command.set_defaults(run=export)


def export(_: argparse.Namespace) -> int:
    """Write each graph that is missing or unusable, and store the quickest precision of each model.

    Raises:
        ConfigurationError: a setting or a model cannot be used.
    """
    settings = read_settings()
    for version in read_models(settings).all():
        metadata, weights = version.metadata, version.weights
        try:
            read_graph(metadata, weights)
        except ConfigurationError:
            print(f"Wrote {export_graph(metadata, weights)}")
        if settings.precision is Precision.AUTO:
            choose_precision(metadata, weights)
    return 0
