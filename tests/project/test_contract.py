"""The committed API description is current and does not break the contract of its version."""

import copy
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tools.docs.contract import DOCUMENT, RELEASED, breaks

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Document:
    return json.loads(DOCUMENT.read_text())  # type: ignore[no-any-return]


def test_the_committed_document_is_the_services_own(document: Document, client: httpx.Client):
    assert document == client.get("/openapi.json").json(), "make docs"


def test_what_this_version_promised_still_holds(document: Document):
    assert breaks(json.loads(RELEASED.read_text()), document) == [], "a new version is needed: app/__init__.py"


PREDICT = "POST /api/v1/predictions"


def operation(document: Document) -> Document:
    return document["paths"]["/api/v1/predictions"]["post"]  # type: ignore[no-any-return]


def schemas(document: Document) -> Document:
    return document["components"]["schemas"]  # type: ignore[no-any-return]


def add_required_parameter(document: Document) -> None:
    operation(document)["parameters"].append(
        {"in": "query", "name": "site", "required": True, "schema": {"type": "string"}}
    )


def remove_class_from_requests(document: Document) -> None:
    schemas(document)["Fewer"] = {"type": "string", "enum": ["glioma", "meningioma", "notumor"]}
    target = next(entry for entry in operation(document)["parameters"] if entry["name"] == "target")
    target["schema"] = {"anyOf": [{"$ref": "#/components/schemas/Fewer"}, {"type": "null"}]}


BREAKS: dict[str, tuple[Callable[[Document], object], str]] = {
    "path": (lambda document: document["paths"].pop("/api/v1/classes"), "GET /api/v1/classes is gone"),
    "parameter": (
        lambda document: operation(document)["parameters"].pop(0),
        f"{PREDICT}: query parameter model is gone",
    ),
    "required parameter": (add_required_parameter, f"{PREDICT}: query parameter site has become required"),
    "value sent": (
        remove_class_from_requests,
        f"{PREDICT}: query parameter target no longer takes other values",
    ),
    "value got": (
        lambda document: schemas(document)["TumorClass"]["enum"].append("metastasis"),
        f"{PREDICT}: 200.probabilities[].class can now be other values",
    ),
    "property": (
        lambda document: schemas(document)["ModelRef"]["properties"].pop("version"),
        f"{PREDICT}: 200.model.version is gone",
    ),
    "property not always there": (
        lambda document: schemas(document)["ModelRef"]["required"].remove("version"),
        f"{PREDICT}: 200.model.version may now be missing",
    ),
    "null": (
        lambda document: schemas(document)["PredictionResponse"]["properties"].update(
            model={"anyOf": [{"$ref": "#/components/schemas/ModelRef"}, {"type": "null"}]}
        ),
        f"{PREDICT}: 200.model can now be other values",
    ),
    "type": (
        lambda document: schemas(document)["TimingBody"]["properties"].update(total={"type": "string"}),
        f"{PREDICT}: 200.timing_ms.total can now be other values",
    ),
    "limit": (
        lambda document: schemas(document)["ClassProbability"]["properties"]["probability"].pop("maximum"),
        f"{PREDICT}: 200.probabilities[].probability: maximum has changed",
    ),
    "required field of the form": (
        lambda document: schemas(document)["Body_create_report"].update(required=["file"]),
        "POST /api/v1/reports: body.file has become required",
    ),
    "media type": (
        lambda document: document["paths"]["/api/v1/reports"]["post"]["responses"]["200"]["content"].pop("text/html"),
        "POST /api/v1/reports: 200: text/html is gone",
    ),
}


@pytest.mark.parametrize(("change", "found"), BREAKS.values(), ids=BREAKS)
def test_a_break_is_found(document: Document, change: Callable[[Document], object], found: str):
    changed = copy.deepcopy(document)
    change(changed)
    assert found in breaks(document, changed)


def add_optional_parameter(document: Document) -> None:
    operation(document)["parameters"].append({"in": "query", "name": "site", "schema": {"type": "string"}})


GROWTH: dict[str, Callable[[Document], object]] = {
    "path": lambda document: document["paths"].update({"/api/v2/x": {"get": {"responses": {"200": {}}}}}),
    "optional parameter": add_optional_parameter,
    "property": lambda document: schemas(document)["ModelRef"]["properties"].update(sha256={"type": "string"}),
    "error": lambda document: operation(document)["responses"].update({"451": {}}),
    "description": lambda document: operation(document).update(description="Better words."),
    "value sent": lambda document: schemas(document)["Paper"]["enum"].append("a3"),
    "any string sent": lambda document: schemas(document).update(Paper={"type": "string"}),
    "integer got for a number": lambda document: schemas(document)["TimingBody"]["properties"]["total"].update(
        type="integer"
    ),
}


@pytest.mark.parametrize("change", GROWTH.values(), ids=GROWTH)
def test_growth_breaks_nothing(document: Document, change: Callable[[Document], object]):
    changed = copy.deepcopy(document)
    change(changed)
    assert changed != document
    assert breaks(document, changed) == []
