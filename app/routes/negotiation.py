"""Content negotiation: which of several media types a client prefers."""

from pydantic import BaseModel, JsonValue

PDF, HTML, JSON = "application/pdf", "text/html", "application/json"
FHIR, ZIP = "application/fhir+json", "application/zip"
# The schema of a file: Swagger UI shows a file chooser for it, and generated clients take a file.
BINARY: dict[str, JsonValue] = {"type": "string", "format": "binary"}


def preferred(accept: str, offers: tuple[str, ...]) -> str | None:
    """Choose the media type that an `Accept` header prefers.

    The most specific range that matches a type decides (RFC 9110, section 12.5.1).

    Args:
        accept: the header's value.
        offers: media types that the route can produce; the first of equally preferred ones is chosen.

    Returns:
        One of the offers, or None if the header accepts none of them.
    """
    quality: dict[str, float] = {}
    for entry in accept.split(","):
        media_range, *parameters = (part.strip().lower() for part in entry.split(";"))
        weights = [parameter[2:] for parameter in parameters if parameter.startswith("q=")]
        try:
            quality[media_range] = float(weights[0]) if weights else 1.0
        except ValueError:
            continue

    def quality_of(offer: str) -> float:
        for media_range in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
            if media_range in quality:
                return quality[media_range]
        return 0.0

    best = max(offers, key=quality_of)
    return best if quality_of(best) > 0 else None


def schema_of(body: type[BaseModel]) -> JsonValue:
    """The JSON schema of a body that FastAPI does not parse, with the schemas of its parts in it."""
    schema = body.model_json_schema()
    parts = schema.pop("$defs", {})

    def whole(value: JsonValue) -> JsonValue:
        if isinstance(value, list):
            return [whole(each) for each in value]
        if not isinstance(value, dict):
            return value
        if "$ref" in value:
            return whole(parts[str(value["$ref"]).rpartition("/")[2]])
        return {name: whole(each) for name, each in value.items()}

    return whole(schema)
