"""The error format: one handler turns every error into a problem document, and routes document theirs here."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Form
from fastapi.responses import JSONResponse
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import Scope

from app.models.problem_body import FieldFault, ProblemBody
from app.models.problems import (
    HOW_TO_SEND,
    MEDIA_TYPE,
    InvalidParameters,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    Problem,
    SignInRequired,
    UploadTimeout,
    WrongCredentials,
)
from app.routes.negotiation import JSON
from app.services.open_inference.schemas import InferenceFault

# Where errors have the format of the Open Inference Protocol: over HTTP, and over gRPC.
INFERENCE_PREFIX, CALL_PREFIX = "/v2", "/inference.GRPCInferenceService"


def note_problem(scope: Scope, problem: Problem) -> None:
    """Note the type of a request's problem for the watchers of requests."""
    scope["state"].setdefault("problems", []).append(problem.slug)


def problem_response(problem: Problem, path: str, request_id: str) -> JSONResponse:
    """Render a problem as a response."""
    headers = dict(problem.headers)
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if isinstance(problem, UploadTimeout):
        # Without this header the server waits for the rest of the body.
        headers["Connection"] = "close"
    if isinstance(problem, SignInRequired | WrongCredentials):
        headers["WWW-Authenticate"] = "Bearer"
    if path == INFERENCE_PREFIX or path.startswith((f"{INFERENCE_PREFIX}/", f"{CALL_PREFIX}/")):
        return JSONResponse(_inference_fault(problem).model_dump(), problem.status, headers)
    return JSONResponse(
        ProblemBody.of(problem, path, request_id).model_dump(exclude_none=True), problem.status, headers, MEDIA_TYPE
    )


def install_error_handlers(app: FastAPI) -> None:
    """Render every error of a request as a problem."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, error: Problem) -> JSONResponse:
        note_problem(request.scope, error)
        return problem_response(error, request.url.path, request.state.request_id)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        form = _takes_form(request)
        faults = [_fault(fault, form=form) for fault in error.errors()]
        detail = "; ".join(f"{fault.location}: {fault.message}" for fault in faults)
        return await _problem(request, InvalidParameters(detail, errors=faults))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> JSONResponse:
        return await _problem(request, _from_http(request, error))


def documented(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Document the problems that a route can return, for its `responses=`, with an example of each."""
    responses: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        entry = responses.setdefault(
            problem.status,
            {
                "description": HTTPStatus(problem.status).phrase,
                "content": {
                    MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}, "examples": {}}
                },
            },
        )
        if problem.status in (HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS):
            entry["headers"] = {
                "Retry-After": {
                    "description": "Seconds to wait before the next attempt.",
                    "schema": {"type": "integer"},
                }
            }
        example = ProblemBody.of(problem(problem.example), "/api/v1/…", "0d5b3c6f4e0a4d0c9a4b0c7d1e2f3a4b")
        entry["content"][MEDIA_TYPE]["examples"][problem.slug] = {
            "summary": problem.title,
            "value": example.model_dump(exclude_none=True),
        }
    return responses


def documented_for_inference(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """Document the problems that a route of the Open Inference Protocol can return, as `documented` does."""
    responses = documented(*problems)
    for response in responses.values():
        response["model"] = InferenceFault
        response["content"] = {JSON: {"examples": response["content"][MEDIA_TYPE]["examples"]}}
    for problem in problems:
        example = responses[problem.status]["content"][JSON]["examples"][problem.slug]
        example["value"] = _inference_fault(problem(problem.example)).model_dump()
    return responses


def _inference_fault(problem: Problem) -> InferenceFault:
    accepted = f" Accepted: {', '.join(problem.accepted)}." if problem.accepted else ""
    return InferenceFault(error=f"{problem.title}. {problem.detail}{accepted}")


def _takes_form(request: Request) -> bool:
    body = getattr(request.scope.get("route"), "body_field", None)
    return body is not None and isinstance(body.field_info, Form)


def _fault(error: dict[str, Any], *, form: bool) -> FieldFault:
    """Convert a Pydantic error. The input is left out: it may be a scan or a password."""
    location = ".".join(map(str, error["loc"]))
    if error["loc"][0] == "body" and form:
        # Pydantic's message is about Python types; this one explains how to send a file.
        return FieldFault(location=location, message=HOW_TO_SEND)
    return FieldFault(location=location, message=error["msg"])


def _from_http(request: Request, error: HTTPException) -> Problem:
    if error.status_code == HTTPStatus.NOT_FOUND:
        return NotFound(f"There is nothing at {request.url.path}.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        methods = _methods(request)
        return MethodNotAllowed(
            f"{request.method} is not allowed here.", accepted=methods, headers={"Allow": ", ".join(methods)}
        )
    return MalformedRequest(str(error.detail))


def _methods(request: Request) -> list[str]:
    """Every method of a path. Starlette's error has those of one route only, and several routes can share a path."""
    # A mounted application has changed the scope.
    scope = {**request.scope, "root_path": request.scope.get("app_root_path", "")}
    routes = (route for route in iter_route_contexts(request.app.routes) if route.matches(scope)[0] is not Match.NONE)
    # A mounted folder of files has no list of methods.
    methods = {method for route in routes for method in route.methods or ("GET",)}
    # Every route for GET answers HEAD too.
    return sorted(methods | ({"HEAD"} if "GET" in methods else set()))
