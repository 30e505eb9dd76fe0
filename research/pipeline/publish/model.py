"""Copy a trained model from its run to the folder from which the service loads models."""

import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import keras
from pydantic import ValidationError

from app.models.model_file import ModelMetadata, PhantomOutputs, read_metadata
from app.services.network.architectures.catalogue import ARCHITECTURES, with_outputs
from app.services.network.classifier import ForwardPass
from app.services.network.phantom import phantom_input, summary_of
from app.services.network.weights import file_sha256, load_network
from research.pipeline.training.weights_file import write_stored_form


def publish_model(name: str, run: Path, models: Path) -> ModelMetadata:
    """Check a trained model, then write its weights, metadata and training log to the models folder.

    The weights are written in the stored form (see `training.weights_file`). Weights that already have it keep their
    SHA-256. The metadata gets Keras's outputs for the phantom, which the service must reproduce. Nothing is
    written if a check fails.

    Args:
        name: name of the model.
        run: folder of the training run.
        models: folder of the published models.

    Returns:
        The metadata as published.

    Raises:
        FileNotFoundError: the run lacks a file.
        ValueError: the metadata is incomplete or contradicts the architecture, the files do not belong together, or
            this version is already published with other weights.
        ConfigurationError: the weights do not fit the architecture.
    """
    source = run / f"{name}_model.json"
    metadata = _checked(name, source)
    weights, log = run / metadata.weights, run / f"{name}_training.csv"
    for path in (weights, log):
        if not path.exists():
            raise FileNotFoundError(2, "No such file", str(path))
    if file_sha256(weights) != metadata.sha256:
        raise ValueError(f"{weights} is not the file that {source} describes: the SHA-256 differs")
    load_network(metadata, weights)
    with TemporaryDirectory(dir=run) as folder:
        stored = Path(folder) / metadata.weights
        write_stored_form(weights, stored)
        published = metadata.model_copy(update={"sha256": file_sha256(stored)})
        published = published.model_copy(update={"phantom": _phantom_outputs(published, stored)})
        _check_version(published, models / source.name)
        shutil.copyfile(stored, models / metadata.weights)
    shutil.copyfile(log, models / log.name)
    (models / source.name).write_text(published.model_dump_json(indent=2) + "\n")
    return published


def _phantom_outputs(metadata: ModelMetadata, weights: Path) -> PhantomOutputs:
    network = with_outputs(load_network(metadata, weights), metadata)
    outputs = (keras.ops.convert_to_numpy(each)[0] for each in network(phantom_input(metadata), training=False))
    return summary_of(ForwardPass(*outputs))


def _checked(name: str, path: Path) -> ModelMetadata:
    """The metadata of a run, if it is complete and fits its architecture."""
    try:
        metadata = read_metadata(path)
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
        raise ValueError(f"{path} cannot be published: {'; '.join(faults)}") from error
    except (ValueError, json.JSONDecodeError) as error:
        raise ValueError(f"{path} cannot be published: {error}") from error
    if metadata.name != name:
        raise ValueError(f"{path} describes the model {metadata.name!r}, not {name!r}")
    architecture = ARCHITECTURES.get(metadata.architecture)
    if architecture is None:
        raise ValueError(f"{path}: unknown architecture {metadata.architecture!r} (known: {', '.join(ARCHITECTURES)})")
    for field, expected in (("input", architecture.input), ("feature_map", architecture.feature_map)):
        if getattr(metadata, field) != expected:
            raise ValueError(f"{path}: {field} is not that of the architecture {metadata.architecture!r}")
    return metadata


def _check_version(metadata: ModelMetadata, published: Path) -> None:
    """Refuse a version that is already published with other weights: reports and answers name the version."""
    if not published.exists():
        return
    before = read_metadata(published)
    if before.version == metadata.version and before.sha256 != metadata.sha256:
        raise ValueError(
            f"{published} already has version {metadata.version} with other weights: raise the recipe's version"
        )
