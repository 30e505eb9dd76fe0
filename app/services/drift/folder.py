"""One test of a folder of scans against the validation scans."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from app.config.settings import ConfigurationError
from app.services.drift.reference import DriftReference
from app.services.drift.schemas import FALSE_ALARM, FolderDrift
from app.services.drift.window import MIN_ANSWERS, check_window


def check_folder(reference: DriftReference, descriptors: Sequence[NDArray[np.float32]], failed: int) -> FolderDrift:
    """Test scans against the reference.

    Args:
        reference: the reference of the model that described them.
        descriptors: float32 `[DESCRIPTOR_LENGTH]` for each distinct scan.
        failed: number of files that could not be read.

    Raises:
        ConfigurationError: there are fewer than `MIN_ANSWERS` scans.
    """
    if len(descriptors) < MIN_ANSWERS:
        raise ConfigurationError(
            f"the folder has {len(descriptors)} different scans; a test needs at least {MIN_ANSWERS}."
        )
    check = check_window(reference, np.stack(descriptors), np.random.default_rng())
    return FolderDrift(
        reference=reference.facts,
        images=len(descriptors),
        failed=failed,
        drift=any(test.adjusted <= FALSE_ALARM for test in check.tests),
        check=check,
    )
