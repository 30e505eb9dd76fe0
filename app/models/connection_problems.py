"""The errors of connections, answered before a request reaches the application."""

from app.models.problems import Problem


class HeaderTimeout(Problem):
    """The client took too long to send the headers of a request."""

    status = 408
    slug = "header-timeout"
    title = "The headers took too long"
    example = "The headers of the request did not arrive within 10 seconds. Send the request again."


class TooManyConnections(Problem):
    """The client's network address has too many open connections."""

    status = 429
    slug = "too-many-connections"
    title = "Too many connections"
    example = (
        "Your address has 256 open connections already, which is the most that is accepted. Use connections again, or "
        "try again in 10 s."
    )


class HeadersTooLarge(Problem):
    """The request has too many headers, or they are too large."""

    status = 431
    slug = "headers-too-large"
    title = "The headers are too large"
    example = (
        "The request has more than 100 headers, or its address and headers have more than 64 KB. Send fewer; in a "
        "browser, delete the cookies of this site."
    )
