"""Test-time augmentation: whether slightly changed views of a scan get the same answer."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

View = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True)
class Agreement:
    """How far several views of one scan agree.

    Attributes:
        views: number of views, the unchanged scan included; each takes a forward pass.
        agreeing: share of the views, 0 to 1, with the same most probable class as the unchanged scan.
        spread: standard deviation of that class's probability over the views.
    """

    views: int
    agreeing: float
    spread: float


def _mirrored(scan: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(scan[:, :, ::-1])


def _shifted(share: float) -> View:
    """Shift right and down by a share of the side, filled with black."""

    def shift(scan: NDArray[np.float32]) -> NDArray[np.float32]:
        down, right = (round(share * side) for side in scan.shape[1:3])
        out = np.zeros_like(scan)
        out[:, down:, right:] = scan[:, : scan.shape[1] - down, : scan.shape[2] - right]
        return out

    return shift


def _turned(degrees: float) -> View:
    """Turn counter-clockwise about the centre, filled with black."""

    def turn(scan: NDArray[np.float32]) -> NDArray[np.float32]:
        picture = np.rint(scan[0] * 255).astype(np.uint8)
        image = Image.fromarray(picture[:, :, 0] if picture.shape[2] == 1 else picture)
        turned = np.asarray(image.rotate(degrees, Image.Resampling.BICUBIC), np.float32)
        return turned.reshape(scan.shape) * np.float32(1 / 255)

    return turn


# The views in addition to the unchanged scan, in order.
_OTHERS: tuple[View, ...] = (_mirrored, _shifted(0.03), _turned(5), lambda scan: _turned(-5)(_mirrored(scan)))
MAX_VIEWS = 1 + len(_OTHERS)


def other_views(network_input: NDArray[np.float32], views: int) -> list[NDArray[np.float32]]:
    """Views of a scan in addition to the unchanged scan.

    Args:
        network_input: float32 `[1, height, width, channels]` in `[0, 1]`.
        views: total number of views, 1 to `MAX_VIEWS`.

    Returns:
        `views - 1` inputs of the same shape and range.
    """
    return [view(network_input) for view in _OTHERS[: views - 1]]


def agreement_of(probabilities: NDArray[np.float64]) -> Agreement:
    """Compare the answers of several views with that of the first.

    Args:
        probabilities: float64 `[views, 4]`; the first row is the unchanged scan's.
    """
    answered = int(probabilities[0].argmax())
    return Agreement(
        views=len(probabilities),
        agreeing=float((probabilities.argmax(axis=1) == answered).mean()),
        spread=float(probabilities[:, answered].std()),
    )
