"""Why Gemini wrote no explanation: its errors told apart, for the reader and the operator."""

import re

from pydantic import BaseModel, Field, ValidationError

from app.services.explanations.built_in import Fallback

# Gemini's quotas count by the minute, and some by the day.
_DEFAULT_PAUSE_S = 60.0
_LONGEST_PAUSE_S = 3600.0
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)s", re.ASCII)
_KEY = "Gemini does not accept this service's key: its operator checks GEMINI_API_KEY."
# By the status of google.rpc.Code, since several faults share an HTTP status. The error's own message may repeat the
# request, and is not used.
_FAULTS = {
    "UNAUTHENTICATED": (Fallback.KEY, _KEY),
    "PERMISSION_DENIED": (Fallback.KEY, "Gemini does not permit this service's key to use {model}."),
    "FAILED_PRECONDITION": (
        Fallback.REGION,
        "Gemini does not serve the region of this service, or only with a paid account.",
    ),
    "NOT_FOUND": (
        Fallback.MODEL,
        "Gemini has no model {model}; it may be retired: the service's operator checks GEMINI_MODEL.",
    ),
    "RESOURCE_EXHAUSTED": (Fallback.QUOTA, "Gemini's quota for this service is used up for the moment."),
    "INVALID_ARGUMENT": (Fallback.ERROR, "Gemini rejected the request as invalid."),
    "UNAVAILABLE": (Fallback.ERROR, "Gemini is overloaded at the moment."),
    "DEADLINE_EXCEEDED": (Fallback.ERROR, "Gemini ran out of time."),
    "INTERNAL": (Fallback.ERROR, "Gemini failed with an internal error."),
}


class GeminiFault(Exception):
    """Gemini wrote no explanation.

    Attributes:
        kind: the kind of fault.
        reason: a sentence for the reader.
        pause_s: seconds in which Gemini must not be asked again; 0 if it may be asked.
    """

    def __init__(self, kind: Fallback, reason: str, *, pause_s: float = 0) -> None:
        super().__init__(reason)
        self.kind = kind
        self.reason = reason
        self.pause_s = pause_s


class _Detail(BaseModel):
    """One of the details of an error: an `ErrorInfo` has a reason, a `RetryInfo` a delay."""

    reason: str = ""
    delay: str = Field("", alias="retryDelay")


class _Error(BaseModel):
    status: str = ""
    details: list[_Detail] = []


class _ErrorBody(BaseModel):
    """The body of an error response."""

    error: _Error = _Error()


def fault_of(error: Exception, model: str) -> GeminiFault:
    """Tell the faults of the SDK apart.

    Args:
        error: what the SDK raised. It raises many types: its own, its HTTP client's, tenacity's.
        model: the model that was asked.
    """
    code = getattr(error, "code", None)
    if code is None:
        return GeminiFault(Fallback.UNREACHABLE, "Gemini cannot be reached.")
    try:
        found = _ErrorBody.model_validate(getattr(error, "details", None)).error
    except ValidationError:
        found = _Error()
    kind, reason = _FAULTS.get(found.status, (Fallback.ERROR, f"Gemini answered with error {code}."))
    if any(detail.reason == "API_KEY_INVALID" for detail in found.details):
        kind, reason = Fallback.KEY, _KEY
    return GeminiFault(kind, reason.format(model=model), pause_s=_pause(found.details) if kind is Fallback.QUOTA else 0)


def _pause(details: list[_Detail]) -> float:
    delays = [float(match[1]) for detail in details if (match := _DURATION.fullmatch(detail.delay))]
    return min(max(1.0, *delays), _LONGEST_PAUSE_S) if delays else _DEFAULT_PAUSE_S
