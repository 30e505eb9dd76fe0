"""The Jinja environment of every page and document that the service renders."""

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from app.services.explanations.words import decision_name, interval, label, plural, share

_ENVIRONMENT = Environment(
    loader=PackageLoader("app"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_ENVIRONMENT.filters.update(share=share, interval=interval, label=label, decision_name=decision_name)
_ENVIRONMENT.globals["plural"] = plural


def template(name: str) -> Template:
    """A template from `app/templates`, by its file name; compiled once."""
    return _ENVIRONMENT.get_template(name)
