"""The contract of the API: its description, and a check that a new description does not break an old one.

Within a version, the accepted requests must not become narrower (a client may send whatever it could send before), and
the possible responses must not become wider (a client receives nothing that it could not receive before).
"""

import json
from collections.abc import Iterator
from typing import Any, Literal

from app import __version__
from app.config.settings import PROJECT_DIR

DOCUMENT = PROJECT_DIR / "docs" / "openapi.json"
# The description at the start of the version.
RELEASED = PROJECT_DIR / "docs" / "contracts" / f"{__version__}.json"

_WORDS = ("description", "summary", "title", "example", "examples", "tags", "externalDocs")
_LEAST, _MOST = ("minimum", "exclusiveMinimum", "minLength", "minItems"), ("maximum", "maxLength", "maxItems")

Document = dict[str, Any]
Direction = Literal["sent", "got"]

_OTHER_VALUES: dict[Direction, str] = {"sent": "no longer takes other values", "got": "can now be other values"}


def write(document: Document) -> None:
    """Write the description and, for a new version, its contract."""
    DOCUMENT.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")
    if not RELEASED.exists():
        RELEASED.parent.mkdir(exist_ok=True)
        RELEASED.write_text(json.dumps(without_words(document), separators=(",", ":"), ensure_ascii=False) + "\n")


def without_words(node: Any, *, names: bool = False) -> Any:
    """A description without the texts for people. With `names`, the keys are names of fields, not keywords."""
    if isinstance(node, list):
        return [without_words(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: without_words(value, names=key in ("properties", "schemas", "paths") and not names)
        for key, value in node.items()
        if names or key not in _WORDS
    }


def breaks(old: Document, new: Document) -> list[str]:
    """Every way in which `new` breaks the contract of `old`."""
    return list(_Contracts(old, new).operations())


class _Contracts:
    def __init__(self, old: Document, new: Document) -> None:
        self._old, self._new = old, new
        self._compared: set[tuple[str, str, Direction]] = set()

    def operations(self) -> Iterator[str]:
        for path, methods in self._old["paths"].items():
            for method, before in methods.items():
                where = f"{method.upper()} {path}"
                after = self._new["paths"].get(path, {}).get(method)
                if after is None:
                    yield f"{where} is gone"
                    continue
                yield from self._parameters(where, before, after)
                yield from self._body(where, before.get("requestBody"), after.get("requestBody"))
                yield from self._answers(where, before["responses"], after["responses"])

    def _parameters(self, where: str, before: Document, after: Document) -> Iterator[str]:
        known, offered = (
            {f"{parameter['in']} parameter {parameter['name']}": parameter for parameter in side.get("parameters", [])}
            for side in (before, after)
        )
        for name, parameter in offered.items():
            if parameter.get("required") and not known.get(name, {}).get("required"):
                yield f"{where}: {name} has become required"
        for name, parameter in known.items():
            if name not in offered:
                yield f"{where}: {name} is gone"
            else:
                yield from self._schema(f"{where}: {name}", parameter["schema"], offered[name]["schema"], "sent")

    def _body(self, where: str, before: Document | None, after: Document | None) -> Iterator[str]:
        if after and after.get("required") and not (before and before.get("required")):
            yield f"{where}: a body has become required"
        if before:
            yield from self._content(f"{where}: body", before, after or {}, "sent")

    def _answers(self, where: str, before: Document, after: Document) -> Iterator[str]:
        for status, answer in before.items():
            if status in after:
                yield from self._content(f"{where}: {status}", answer, after[status], "got")
            elif status.startswith("2"):
                yield f"{where}: {status} is gone"

    def _content(self, where: str, before: Document, after: Document, direction: Direction) -> Iterator[str]:
        for media_type, content in before.get("content", {}).items():
            if media_type not in after.get("content", {}):
                yield f"{where}: {media_type} is gone"
            else:
                schema = after["content"][media_type].get("schema", {})
                yield from self._schema(where, content.get("schema", {}), schema, direction)

    def _schema(self, where: str, before: Document, after: Document, direction: Direction) -> Iterator[str]:
        references = (before.get("$ref", ""), after.get("$ref", ""), direction)
        if any(references[:2]):
            if references in self._compared:
                return
            self._compared.add(references)
        before, after = _resolved(before, self._old), _resolved(after, self._new)
        if "anyOf" in before or "anyOf" in after:
            yield from self._alternatives(where, before, after, direction)
            return
        wide, narrow = (after, before) if direction == "sent" else (before, after)
        if not _covers(wide, narrow):
            yield f"{where} {_OTHER_VALUES[direction]}"
        for keyword, sign in [*((least, 1) for least in _LEAST), *((most, -1) for most in _MOST)]:
            if keyword in wide and (keyword not in narrow or sign * narrow[keyword] < sign * wide[keyword]):
                yield f"{where}: {keyword} has changed"
        if wide.get("pattern", narrow.get("pattern")) != narrow.get("pattern"):
            yield f"{where}: pattern has changed"
        yield from self._properties(where, before, after, direction)
        for keyword in ("items", "additionalProperties"):
            if isinstance(before.get(keyword), dict) and isinstance(after.get(keyword), dict):
                yield from self._schema(f"{where}[]", before[keyword], after[keyword], direction)

    def _alternatives(self, where: str, before: Document, after: Document, direction: Direction) -> Iterator[str]:
        known, offered = before.get("anyOf", [before]), after.get("anyOf", [after])
        needed, there = (known, offered) if direction == "sent" else (offered, known)
        for one in needed:
            pairs = [(one, other) if direction == "sent" else (other, one) for other in there]
            if not any(self._fits(old, new, direction) for old, new in pairs):
                yield f"{where} {_OTHER_VALUES[direction]}"

    def _fits(self, before: Document, after: Document, direction: Direction) -> bool:
        trial = _Contracts(self._old, self._new)
        trial._compared = set(self._compared)
        return next(trial._schema("", before, after, direction), None) is None

    def _properties(self, where: str, before: Document, after: Document, direction: Direction) -> Iterator[str]:
        known, offered = before.get("properties", {}), after.get("properties", {})
        for name, schema in known.items():
            if name not in offered:
                yield f"{where}.{name} is gone"
            else:
                yield from self._schema(f"{where}.{name}", schema, offered[name], direction)
        required, was_required = set(after.get("required", [])), set(before.get("required", []))
        if direction == "sent":
            yield from (f"{where}.{name} has become required" for name in sorted(required - was_required))
        else:
            missing = (was_required & set(offered)) - required
            yield from (f"{where}.{name} may now be missing" for name in sorted(missing))


def _resolved(schema: Document, document: Document) -> Document:
    if "$ref" not in schema:
        return schema
    name = schema["$ref"].rpartition("/")[2]
    found: Document = document["components"]["schemas"][name]
    return found


def _covers(wide: Document, narrow: Document) -> bool:
    """Whether `wide` allows every value that `narrow` allows, by type or list of values."""
    listed = _listed(narrow)
    allowed = _listed(wide)
    if allowed is not None:
        return listed is not None and all(value in allowed for value in listed)
    if "type" not in wide:
        return True
    return narrow.get("type") in {"number": ("number", "integer")}.get(wide["type"], (wide["type"],))


def _listed(schema: Document) -> list[Any] | None:
    listed: list[Any] | None = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return listed
