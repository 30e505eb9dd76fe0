"""Whether a network says the same of a scan that is seen a little differently (test-time augmentation)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

View = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True)
class Agreement:
    """What several views of one scan were called.

    Attributes:
        views: how many, the scan as it is among them; as many forward passes were made.
        agreeing: share of the views whose most probable class is the answered one.
        spread: standard deviation, over the views, of the answered class's probability.
    """

    views: int
    agreeing: float
    spread: float


def _mirrored(scan: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.ascontiguousarray(scan[:, :, ::-1])


def _shifted(share: float) -> View:
    """Towards the right and the bottom, by a share of the side; black comes in."""

    def shift(scan: NDArray[np.float32]) -> NDArray[np.float32]:
        down, right = (round(share * side) for side in scan.shape[1:3])
        out = np.zeros_like(scan)
        out[:, down:, right:] = scan[:, : scan.shape[1] - down, : scan.shape[2] - right]
        return out

    return shift


def _turned(degrees: float) -> View:
    """Counter-clockwise about the centre, on black."""

    def turn(scan: NDArray[np.float32]) -> NDArray[np.float32]:
        picture = np.rint(scan[0] * 255).astype(np.uint8)
        image = Image.fromarray(picture[:, :, 0] if picture.shape[2] == 1 else picture)
        turned = np.asarray(image.rotate(degrees, Image.Resampling.BICUBIC), np.float32)
        return turned.reshape(scan.shape) * np.float32(1 / 255)

    return turn


# Beside the scan as it is, in the order in which they are taken.
_OTHERS: tuple[View, ...] = (_mirrored, _shifted(0.03), _turned(5), lambda scan: _turned(-5)(_mirrored(scan)))
MAX_VIEWS = 1 + len(_OTHERS)


def other_views(network_input: NDArray[np.float32], views: int) -> list[NDArray[np.float32]]:
    """What the network is shown beside the scan as it is.

    Args:
        network_input: float32 `[1, height, width, channels]` in `[0, 1]`.
        views: how many in all, 1 to `MAX_VIEWS`.

    Returns:
        `views - 1` inputs of the same shape and range.
    """
    return [view(network_input) for view in _OTHERS[: views - 1]]


def agreement_of(probabilities: NDArray[np.float64]) -> Agreement:
    """Compare views.

    Args:
        probabilities: float64 `[views, 4]`; the first view's answer is the one that the others are held against.
    """
    answered = int(probabilities[0].argmax())
    return Agreement(
        views=len(probabilities),
        agreeing=float((probabilities.argmax(axis=1) == answered).mean()),
        spread=float(probabilities[:, answered].std()),
    )
