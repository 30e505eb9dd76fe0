from collections.abc import Callable

import numpy as np
import pytest

from app.models.model_file import ModelMetadata
from app.services.network.classifier import Classifier
from app.services.network.phantom import deviation, phantom, phantom_input, summary_of


def test_the_published_outputs_are_reproduced(classifier: Classifier, metadata: ModelMetadata):
    """Keras computed them, OpenVINO computes now."""
    assert metadata.phantom, "publish the model again: python -m research.pipeline publish"
    found = deviation(classifier, metadata, metadata.phantom)
    assert not found.wrong
    assert found.found < 1e-3


@pytest.mark.parametrize(
    "change",
    [
        lambda recorded: {"logits": recorded.logits[::-1]},
        lambda recorded: {"logits": (float("nan"), *recorded.logits[1:])},
        lambda recorded: {"feature_map": recorded.feature_map * 1.05},
        lambda recorded: {"features": recorded.features * 1.05},
    ],
)
def test_other_outputs_are_wrong(classifier: Classifier, metadata: ModelMetadata, change: Callable[..., dict]):  # type: ignore[type-arg]
    recorded = summary_of(classifier.classify(phantom_input(metadata)))
    assert deviation(classifier, metadata, recorded.model_copy(update=change(recorded))).wrong


def test_the_phantom_is_a_head_on_black():
    picture = np.asarray(phantom())
    assert picture.shape == (320, 320)
    assert (picture == 0).mean() == pytest.approx(0.47, abs=0.03)
    assert (picture > 200).any()
