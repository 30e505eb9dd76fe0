"""Which version of a model answers a request that names none: the default one, or a canary."""

from collections.abc import Callable
from dataclasses import dataclass

from app.services.inference.predictor import Predictor

_DRAWN_BYTES = 8


@dataclass(frozen=True)
class Rollout:
    """The versions of a model that may answer a request.

    Attributes:
        default: answers unless the canary does.
        canary: answers for a share of the contents; None if no other version does, and if the request names one.
        share: of the contents, 0 to 1.
    """

    default: Predictor
    canary: Predictor | None = None
    share: float = 0.0

    def of(self, content: Callable[[], bytes]) -> Predictor:
        """The predictor of a content. The same content always has the same one while the share is the same.

        With a larger share, the contents of the smaller one still have the canary.

        Args:
            content: returns a SHA-256 that identifies what is classified; called only if there is a canary.
        """
        if self.canary is None:
            return self.default
        drawn = int.from_bytes(content()[:_DRAWN_BYTES])
        return self.canary if drawn < self.share * 256**_DRAWN_BYTES else self.default
