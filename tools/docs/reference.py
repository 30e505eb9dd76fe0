"""The generated pages of the reference, as Markdown: HTTP API, full response, errors, command line."""

import argparse
import inspect
from collections.abc import Iterator
from typing import Any

from app.config.settings import Settings
from app.models.connection_problems import HeadersTooLarge, HeaderTimeout, TooManyConnections
from app.models.problems import Problem, QueueFull, UploadTimeout
from app.routes.connections import MAX_HEADER_BYTES, MAX_HEADERS
from app.routes.receiving import MIN_BYTES_PER_S
from app.services.inference.bodies import BodiesInFlight

Document = dict[str, Any]


def api_reference(document: Document) -> str:
    """Every operation of an OpenAPI document, by tag, with its description, parameters and responses."""
    parts = []
    for tag, operations in _by_tag(document).items():
        parts += [f"## {tag.capitalize()}", ""]
        for method, path, operation in operations:
            parts += [f"### `{method.upper()} {path}`", "", f"**{operation['summary'].rstrip('.')}.** "]
            parts[-1] += _one_line(operation["description"])
            parts += ["", *_parameters(operation), *_answers(operation), ""]
    return "\n".join(parts).rstrip()


def response_reference(document: Document, name: str) -> str:
    """Every field of the response body `name` as a table; nested fields with their path."""
    schemas = document["components"]["schemas"]
    rows = [f"| `{path}` | {kind} | {meaning} |" for path, kind, meaning in _fields(schemas[name], schemas, "")]
    return "\n".join(["| field | type | meaning |", "| --- | --- | --- |", *rows])


def errors_reference() -> str:
    """Every type of problem, by status, as a table."""
    kinds = sorted(Problem.__subclasses__(), key=lambda kind: (kind.status, kind.slug))
    rows = [
        f"| {kind.status} | `urn:problem:{kind.slug}` | {kind.title} | {_cell(inspect.getdoc(kind) or '')} | "
        f"{_cell(kind.example)} |"
        for kind in kinds
    ]
    return "\n".join(
        ["| status | type | title | when | example of a detail |", "| --- | --- | --- | --- | --- |", *rows]
    )


def connection_limits() -> str:
    """The limits on connections and bodies with their defaults, as a table."""
    settings = Settings.model_construct()
    portion = f"{settings.upload_timeout_s * MIN_BYTES_PER_S / 1000:g} kB"
    in_flight = BodiesInFlight(settings).limit / 1e6
    header_s, upload_s = f"{settings.header_timeout_s:g} s", f"{settings.upload_timeout_s:g} s"
    rows = [
        ("headers of a request", f"{MAX_HEADERS}, {MAX_HEADER_BYTES // 1024} KB with the address", HeadersTooLarge),
        ("arrival of the headers", f"{header_s} (`HEADER_TIMEOUT_S`)", HeaderTimeout),
        ("a connection without a request", f"{header_s} (`HEADER_TIMEOUT_S`)", None),
        (f"arrival of a body, or of each {portion} of it", f"{upload_s} (`UPLOAD_TIMEOUT_S`)", UploadTimeout),
        (f"reading of a response, or of each {portion} of it", f"{upload_s} (`UPLOAD_TIMEOUT_S`)", None),
        ("bodies of all requests in flight", f"{in_flight:g} MB", QueueFull),
        (
            "connections of one address",
            f"{settings.connections_per_address} (`CONNECTIONS_PER_ADDRESS`)",
            TooManyConnections,
        ),
    ]
    cells = [f"| {what} | {most} | {f'{kind.status} `{kind.slug}`' if kind else 'none'} |" for what, most, kind in rows]
    return "\n".join(["| what | at most | answer beyond it |", "| --- | --- | --- |", *cells])


def cli_reference(parser: argparse.ArgumentParser) -> str:
    """Every command of a parser with its arguments."""
    parts = []
    for command, meaning, own in _commands(parser):
        parts += [f"## `{command}`", "", f"{meaning[:1].upper()}{meaning[1:]}.", ""]
        arguments = [action for action in own._actions if not isinstance(action, argparse._HelpAction)]
        if arguments:
            parts += ["| argument | meaning |", "| --- | --- |"]
            parts += [f"| `{_argument(action)}` | {_help(own, action)} |" for action in arguments]
            parts += [""]
    return "\n".join(parts).rstrip()


def _by_tag(document: Document) -> dict[str, list[tuple[str, str, Document]]]:
    found: dict[str, list[tuple[str, str, Document]]] = {}
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append((method, path, operation))
    return found


def _parameters(operation: Document) -> list[str]:
    rows = [
        f"| `{parameter['name']}` ({parameter['in']}) | {_type(parameter['schema'])} | "
        f"{_cell(parameter.get('description', ''))} |"
        for parameter in operation.get("parameters", [])
    ]
    return ["| parameter | type | meaning |", "| --- | --- | --- |", *rows, ""] if rows else []


def _answers(operation: Document) -> list[str]:
    """One line with the media types of a successful response, and one with the types of problems."""
    good, problems = [], []
    for status, response in sorted(operation["responses"].items()):
        content = response.get("content", {})
        if status.startswith("2"):
            good.append(f"{status} {', '.join(f'`{media_type}`' for media_type in content) or '(no content)'}")
        else:
            problems += [f"{status} `{slug}`" for body in content.values() for slug in body.get("examples", {})]
    lines = [f"Answers {'; '.join(good)}."]
    return [f"{lines[0]} Problems: {', '.join(problems)}."] if problems else lines


def _fields(schema: Document, schemas: Document, prefix: str) -> Iterator[tuple[str, str, str]]:
    for name, field in schema.get("properties", {}).items():
        yield f"{prefix}{name}", _type(field), _cell(field.get("description", ""))
        for nested, mark in _nested(field):
            if nested in schemas:
                yield from _fields(schemas[nested], schemas, f"{prefix}{name}{mark}.")


def _nested(field: Document) -> Iterator[tuple[str, str]]:
    """Names of the schemas that a field contains, with `[]` for a list of them."""
    for choice in field.get("anyOf") or field.get("allOf") or [field]:
        if "$ref" in choice:
            yield choice["$ref"].rpartition("/")[2], ""
        elif "$ref" in choice.get("items", {}):
            yield choice["items"]["$ref"].rpartition("/")[2], "[]"


def _type(schema: Document) -> str:
    """A schema in a few words, as in `number or null`."""
    if "anyOf" in schema:
        return " or ".join(_type(choice) for choice in schema["anyOf"])
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "any")


def _commands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, str, argparse.ArgumentParser]]:
    for group in parser._actions:
        if isinstance(group, argparse._SubParsersAction):
            meanings = {choice.dest: choice.help or "" for choice in group._choices_actions}
            for name, command in group.choices.items():
                if any(isinstance(action, argparse._SubParsersAction) for action in command._actions):
                    yield from _commands(command)
                else:
                    yield command.prog, meanings[name], command


def _argument(action: argparse.Action) -> str:
    if action.option_strings:
        value = "" if action.nargs == 0 else f" {action.metavar or action.dest.upper()}"
        return f"{action.option_strings[-1]}{value}"
    name = str(action.metavar or action.dest)
    return {"+": f"{name}...", "*": f"[{name}...]", "?": f"[{name}]"}.get(str(action.nargs), name)


def _help(command: argparse.ArgumentParser, action: argparse.Action) -> str:
    return _cell(command._get_formatter()._expand_help(action)) if action.help else ""


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    """A text escaped for a cell of a Markdown table."""
    return _one_line(text).replace("|", "\\|")
