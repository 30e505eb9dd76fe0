"""The service's errors: each class has an HTTP status, a type and a title, and one handler renders them all.

The format is RFC 9457, `application/problem+json`. `type` is a stable URN that programs may rely on.
"""

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:  # the processes that decode images do without Pydantic
    from app.models.problem_body import FieldFault

MEDIA_TYPE = "application/problem+json"
_MEMORY_RETRY_S = 30
HOW_TO_SEND = (
    "Send the image as a file in multipart/form-data, as `curl -F file=@scan.jpg` does "
    "(`-F files=@a.jpg -F files=@b.jpg` for a batch)."
)


class Problem(Exception):
    """Base class of the errors that a client can receive.

    Args:
        detail: what was wrong with this request, for a person.
        accepted: the accepted values.
        limit: the limit that was exceeded.
        score: the value that exceeded it, if it was measured on the image.
        errors: every fault, if there can be several.
        retry_after: seconds to wait before the next attempt.
        headers: additional headers of the response.
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
        errors: "list[FieldFault] | None" = None,
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


class UnreadableImage(Problem):
    """The file is not an image, or is damaged."""

    status = 400
    slug = "unreadable-image"
    title = "The image cannot be read"
    example = "The file is empty (0 bytes)."


class MalformedRequest(Problem):
    """The request body does not have the form that the route accepts."""

    status = 400
    slug = "malformed-request"
    title = "The request cannot be read"
    example = f"Missing boundary in multipart. {HOW_TO_SEND}"


class SignInRequired(Problem):
    """The client is not signed in, or its session or key is no longer valid."""

    status = 401
    slug = "sign-in-required"
    title = "Sign in first"
    example = "You are not signed in. Sign in on the page, or send a key as `Authorization: Bearer btc_…`."


class WrongCredentials(Problem):
    """The e-mail address and password, or the code, are wrong."""

    status = 401
    slug = "wrong-credentials"
    title = "Wrong credentials"
    example = "There is no account with this e-mail and password."


class Forbidden(Problem):
    """The client is signed in but lacks the permission."""

    status = 403
    slug = "forbidden"
    title = "Not allowed"
    example = "This key does not have the scope 'predict', or its account lacks it."


class CrossSiteRequest(Problem):
    """A page of another site made the browser send the request."""

    status = 403
    slug = "cross-site-request"
    title = "Sent by another site"
    example = "A page of another site sent this request. Use the service's own pages, or a key."


class NotFound(Problem):
    """The sample, model, record or path does not exist."""

    status = 404
    slug = "not-found"
    title = "Not found"
    example = "There is no sample 'Te-gl_9999.jpg'."


class MethodNotAllowed(Problem):
    """The path exists, but not with this method."""

    status = 405
    slug = "method-not-allowed"
    title = "Method not allowed"
    example = "GET is not allowed here."


class NotAcceptable(Problem):
    """The route cannot produce a media type that the client accepts."""

    status = 406
    slug = "not-acceptable"
    title = "No acceptable media type"
    example = "A report is application/pdf or text/html; the request's Accept header allows neither."


class UploadTimeout(Problem):
    """The client sent the request body too slowly."""

    status = 408
    slug = "upload-timeout"
    title = "The upload took too long"
    example = (
        "Less than 30 kB of the request body arrived within 30 seconds, and it is not complete. Send it over a faster "
        "connection, or send a smaller file."
    )


class Conflict(Problem):
    """The request conflicts with the current state."""

    status = 409
    slug = "conflict"
    title = "Conflict with the current state"
    example = "This is the last administrator."


class LinkSpent(Problem):
    """A one-time link was used, has expired, or never existed."""

    status = 410
    slug = "link-spent"
    title = "The link is no longer valid"
    example = "This link was used already, or is too old. Ask for a new one."


class TooLarge(Problem):
    """The request has more bytes, pixels or files than allowed."""

    status = 413
    slug = "too-large"
    title = "Too large"
    example = "The image has 400 megapixels (20000 x 20000); at most 25 are accepted."


class UnsupportedFormat(Problem):
    """The image has a format that is not accepted."""

    status = 415
    slug = "unsupported-format"
    title = "Unsupported image format"
    example = "This is a HEIC picture, which is not accepted. Save the picture as PNG and send that."


class InvalidParameters(Problem):
    """A parameter is missing or out of range."""

    status = 422
    slug = "invalid-parameters"
    title = "Invalid parameters"
    example = "query.target: Input should be 'glioma', 'meningioma', 'notumor' or 'pituitary'"


class NotABrainMri(Problem):
    """The image is out of distribution, and the operator has the service reject such images (`GATE=enforce`)."""

    status = 422
    slug = "not-a-brain-mri"
    title = "Not a brain MRI"
    example = (
        "The image does not look like a brain MRI: its score is 9.1, and at most 2.4 is accepted. "
        "Send one slice of a brain MRI."
    )


class UnknownHost(Problem):
    """The request is for a host name that does not belong to the service."""

    status = 421
    slug = "unknown-host"
    title = "Not a name of this service"
    example = (
        "The service has no host name 'evil.example'. Open it at one of its own names; its operator can add others "
        "with ALLOWED_HOSTS."
    )


class TooManyAttempts(Problem):
    """Too many recent attempts from this address or for this account."""

    status = 429
    slug = "too-many-attempts"
    title = "Too many attempts"
    example = "Too many failed attempts to sign in. Try again in 30 s."


class TooManyRequests(Problem):
    """The client exceeded a rate limit; the response headers report the limit."""

    status = 429
    slug = "too-many-requests"
    title = "Too many requests"
    example = (
        "At most 60 predictions in a minute are allowed for one address; 1 was requested, and 0 are left. "
        "Try again in 12 s."
    )


class InternalError(Problem):
    """An error in the service; the log has the details under the request id."""

    status = 500
    slug = "internal-error"
    title = "Internal error"
    example = "The service failed on this request. Its log has the details under the request id."


class DatabaseUnavailable(Problem):
    """The database cannot be reached, is too busy, or has no space left."""

    status = 503
    slug = "database-unavailable"
    title = "The database is not available"
    example = "The database is not available at the moment. Nothing was changed. Try again later."


class ModelNotReady(Problem):
    """The models are still loading, or a network computes wrongly on this machine."""

    status = 503
    slug = "model-not-ready"
    title = "The model is not ready"
    example = "The model is still loading. Try again in a few seconds."


class OutOfMemory(Problem):
    """The service has no memory left for this request."""

    status = 503
    slug = "out-of-memory"
    title = "Not enough memory"
    example = (
        "The service has too little memory for this request at the moment. Try again later, or send a smaller image."
    )

    @classmethod
    def now(cls) -> "OutOfMemory":
        """The problem of a request for which there is no memory."""
        return cls(cls.example, retry_after=_MEMORY_RETRY_S)


class QueueFull(Problem):
    """The request queue is full."""

    status = 503
    slug = "queue-full"
    title = "Too many requests in flight"
    example = "34 requests are in flight already. Try again in 3 s."


class StorageFull(Problem):
    """The disk has no space for the upload, or for the data to store."""

    status = 503
    slug = "storage-full"
    title = "No space left"
    example = "The upload could not be stored: the disk is full. Try again later, or send a smaller file."


class StorageUnavailable(Problem):
    """An image cannot be stored or read: the storage cannot be reached, or no more files can be opened."""

    status = 503
    slug = "storage-unavailable"
    title = "The storage is not available"
    example = "The storage for images is not available. Try again later."


class ImageServerFailed(Problem):
    """A server of images, which the operator named, cannot be reached or answers wrongly."""

    status = 502
    slug = "image-server-failed"
    title = "The image server failed"
    example = "The server 'pacs' cannot be reached. Try again later, or tell the operator of this service."


class ImageServerTimeout(Problem):
    """A server of images took too long."""

    status = 504
    slug = "image-server-timeout"
    title = "The image server took too long"
    example = "The server 'pacs' did not send the study within 120 seconds. Try again later."
