"""The document that reports a problem to a client.

Apart from the problems themselves, which the processes that decode images use without Pydantic.
"""

from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from app.models.problems import Problem


class FieldFault(BaseModel):
    """One thing wrong with a request's parameters or body."""

    location: str = Field(description="Location of the fault, for example `query.target`.")
    message: str = Field(description="Description of the fault.")


class ProblemBody(BaseModel):
    """An error according to RFC 9457, with what helps to correct the request."""

    model_config = ConfigDict(extra="forbid")

    type: str = Field(description="Stable identifier of the type of error.")
    title: str = Field(description="The type of error, in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What was wrong with this request, and how to correct it.")
    instance: str = Field(description="The requested path.")
    request_id: str = Field(description="The response's X-Request-ID; quote it in a support request.")
    accepted: list[str] | None = Field(None, description="The accepted values.")
    limit: float | None = Field(None, description="The limit that was exceeded.")
    score: float | None = Field(None, description="The value that exceeded the limit, if it was measured on the image.")
    errors: list[FieldFault] | None = Field(None, description="Every fault, if there can be several.")

    @classmethod
    def of(cls, problem: Problem, instance: str, request_id: str) -> Self:
        """The document about a problem with the request for the path `instance`."""
        return cls(
            type=f"urn:problem:{problem.slug}",
            title=problem.title,
            status=problem.status,
            detail=problem.detail,
            instance=instance,
            request_id=request_id,
            accepted=problem.accepted,
            limit=problem.limit,
            score=problem.score,
            errors=problem.errors,
        )
