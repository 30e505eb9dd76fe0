"""The service's errors: each carries its own HTTP status and wording, and one handler renders them all.

The format is RFC 9457, `application/problem+json`. `type` is a stable URN that programs may rely on.
"""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict, Field

MEDIA_TYPE = "application/problem+json"
HOW_TO_SEND = (
    "Send the image as a file in multipart/form-data, as `curl -F file=@scan.jpg` does "
    "(`-F files=@a.jpg -F files=@b.jpg` for a batch)."
)


class FieldFault(BaseModel):
    """One thing wrong with a request's parameters or body."""

    location: str = Field(description="Where it is, as in `query.target`.")
    message: str = Field(description="What is wrong with it.")


class ProblemBody(BaseModel):
    """An error, as RFC 9457 has it, plus what helps to mend the request."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="Stable identifier of the kind of error.")
    title: str = Field(description="The kind of error, in words.")
    status: int = Field(description="The HTTP status, again.")
    detail: str = Field(description="What was wrong this time, and what would be right.")
    instance: str = Field(description="The path that was asked for.")
    request_id: str = Field(description="The response's X-Request-ID, to quote when asking for help.")
    accepted: list[str] | None = Field(None, description="What would have been accepted.")
    limit: float | None = Field(None, description="The limit that was passed.")
    score: float | None = Field(None, description="What passed the limit, where it was measured of the image.")
    errors: list[FieldFault] | None = Field(None, description="Each fault, where there can be several.")


class Problem(Exception):
    """Base of the errors a client can meet.

    Args:
        detail: what was wrong this time, for a person.
        accepted: what would have been accepted.
        limit: the limit that was passed.
        score: what passed it, where it was measured of the image.
        errors: each fault, where there can be several.
        retry_after: seconds after which trying again makes sense.
        headers: that the answer carries besides.
    """

    status: ClassVar[int]
    slug: ClassVar[str]
    title: ClassVar[str]
    example: ClassVar[str]

    def __init__(
        self,
        detail: str,
        *,
        accepted: list[str] | None = None,
        limit: float | None = None,
        score: float | None = None,
        errors: list[FieldFault] | None = None,
        retry_after: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.accepted = accepted
        self.limit = limit
        self.score = score
        self.errors = errors
        self.retry_after = retry_after
        self.headers = headers or {}

    def body(self, instance: str, request_id: str) -> ProblemBody:
        """The problem document."""
        return ProblemBody(
            type=f"urn:problem:{self.slug}",
            title=self.title,
            status=self.status,
            detail=self.detail,
            instance=instance,
            request_id=request_id,
            accepted=self.accepted,
            limit=self.limit,
            score=self.score,
            errors=self.errors,
        )


class UnreadableImage(Problem):
    """The bytes are no image, or a damaged one."""

    status = 400
    slug = "unreadable-image"
    title = "The image cannot be read"
    example = "The file is empty (0 bytes)."


class MalformedRequest(Problem):
    """The request's body is not the form that the route takes."""

    status = 400
    slug = "malformed-request"
    title = "The request cannot be read"
    example = f"Missing boundary in multipart. {HOW_TO_SEND}"


class SignInRequired(Problem):
    """Nobody is signed in, or what showed it is no longer good."""

    status = 401
    slug = "sign-in-required"
    title = "Sign in first"
    example = "Nobody is signed in. Sign in on the page, or send a key as `Authorization: Bearer btc_…`."


class WrongCredentials(Problem):
    """E-mail and password, or a code, do not match."""

    status = 401
    slug = "wrong-credentials"
    title = "Not signed in"
    example = "There is no account with this e-mail and password."


class Forbidden(Problem):
    """Whoever is signed in may not do this."""

    status = 403
    slug = "forbidden"
    title = "Not allowed"
    example = "This key has not the scope 'predict'."


class CrossSiteRequest(Problem):
    """Another site had a browser send it."""

    status = 403
    slug = "cross-site-request"
    title = "Sent by another site"
    example = "A page of another site has sent this request. Use the service's own page, or a key."


class NotFound(Problem):
    """No such sample, model or path."""

    status = 404
    slug = "not-found"
    title = "Not found"
    example = "There is no sample 'Te-gl_9999.jpg'."


class MethodNotAllowed(Problem):
    """The path exists, with other methods."""

    status = 405
    slug = "method-not-allowed"
    title = "Method not allowed"
    example = "GET is not allowed here."


class NotAcceptable(Problem):
    """The answer has no form that the client's `Accept` allows."""

    status = 406
    slug = "not-acceptable"
    title = "No acceptable form"
    example = "A report is application/pdf or text/html; the request's Accept allows neither."


class UploadTimeout(Problem):
    """The client took too long to send the body."""

    status = 408
    slug = "upload-timeout"
    title = "The upload took too long"
    example = "The request's body did not arrive within 60 seconds."


class Conflict(Problem):
    """It does not go together with how things are."""

    status = 409
    slug = "conflict"
    title = "Not possible as things are"
    example = "This is the last administrator."


class LinkSpent(Problem):
    """A one-time link was used before, has run out, or never was."""

    status = 410
    slug = "link-spent"
    title = "The link is no longer good"
    example = "This link was used already, or is too old. Ask for a new one."


class TooLarge(Problem):
    """More bytes, pixels or files than allowed."""

    status = 413
    slug = "too-large"
    title = "Too large"
    example = "The image has 400 megapixels (20000 x 20000); at most 25 are accepted."


class UnsupportedFormat(Problem):
    """An image format that is not accepted."""

    status = 415
    slug = "unsupported-format"
    title = "Unsupported image format"
    example = "The file is a DICOM file. Export the slice as PNG and send that."


class InvalidParameters(Problem):
    """A parameter is missing or out of range."""

    status = 422
    slug = "invalid-parameters"
    title = "Invalid parameters"
    example = "query.target: Input should be 'glioma', 'meningioma', 'notumor' or 'pituitary'"


class NotABrainMri(Problem):
    """The image is unlike every brain MRI that the model knows, and the operator has such images refused."""

    status = 422
    slug = "not-a-brain-mri"
    title = "Not a brain MRI"
    example = (
        "The image does not look like a brain MRI: its score is 9.1, and at most 2.4 is accepted. "
        "Send one slice of a brain MRI."
    )


class TooManyAttempts(Problem):
    """Too many failures of late from here."""

    status = 429
    slug = "too-many-attempts"
    title = "Too many attempts"
    example = "Too many attempts have failed. Try again in 30 s."


class TooManyRequests(Problem):
    """The caller has asked for more than its share; the headers say how much that is."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"
    example = (
        "At most 60 predictions in a minute are allowed for one address; 1 was asked for, and 0 are left. "
        "Try again in 12 s."
    )


class InternalError(Problem):
    """A fault of the service; the log has the rest under the request id."""

    status = 500
    slug = "internal-error"
    title = "Internal error"
    example = "The service failed on this request. Its log has the details under the request id."


class DatabaseUnavailable(Problem):
    """The database cannot be reached, is too busy, or is full."""

    status = 503
    slug = "database-unavailable"
    title = "The database is not available"
    example = "The database cannot be reached or written to at the moment. Nothing was changed. Try again in a while."


class ModelNotReady(Problem):
    """The network is still being loaded."""

    status = 503
    slug = "model-not-ready"
    title = "The model is loading"
    example = "The model is still loading. Try again in a few seconds."


class QueueFull(Problem):
    """As many requests are in flight as the service takes at once."""

    status = 503
    slug = "queue-full"
    title = "Too many requests in flight"
    example = "34 requests are in flight already. Try again in 3 seconds."


class StorageFull(Problem):
    """There is no room for the upload, or for what is to be kept of it."""

    status = 503
    slug = "storage-full"
    title = "No room"
    example = "The upload could not be stored: the disk is full. Try again later, or send a smaller file."


class StorageUnavailable(Problem):
    """The storage of images does not answer."""

    status = 503
    slug = "storage-unavailable"
    title = "The storage does not answer"
    example = "The storage of images does not answer as it should. Try again later."
