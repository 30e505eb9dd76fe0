"""The resources of FHIR R4 that a result consists of, with the elements that it uses."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel


class _Element(BaseModel):
    """An element, with the names of FHIR."""

    model_config = ConfigDict(frozen=True, extra="forbid", alias_generator=to_camel, populate_by_name=True)


class Coding(_Element):
    """A code of a terminology."""

    system: str
    code: str
    display: str


class CodeableConcept(_Element):
    """A concept as codes, as text, or both."""

    coding: list[Coding] | None = None
    text: str | None = None


class Identifier(_Element):
    """An identifier, with the name of who assigned it."""

    system: str | None = None
    value: str
    assigner: "Reference | None" = None


class Reference(_Element):
    """A reference to a resource: by its place in the bundle, by its identifier, or in words."""

    reference: str | None = None
    type: str | None = None
    identifier: Identifier | None = None
    display: str | None = None


class Annotation(_Element):
    """A note."""

    text: str


class Quantity(_Element):
    """A number without a unit."""

    value: float
    unit: str = "1"
    system: str = "http://unitsofmeasure.org"
    code: str = "1"


class Component(_Element):
    """A part of an observation."""

    code: CodeableConcept
    value_quantity: Quantity | None = None
    value_codeable_concept: CodeableConcept | None = None


class Observation(_Element):
    """What a series or the study leads to."""

    resource_type: Literal["Observation"] = "Observation"
    status: Literal["preliminary"] = "preliminary"
    category: list[CodeableConcept]
    code: CodeableConcept
    subject: Reference | None = None
    issued: datetime
    value_codeable_concept: CodeableConcept
    note: list[Annotation] | None = None
    body_site: CodeableConcept
    method: CodeableConcept
    device: Reference
    derived_from: list[Reference] | None = None
    component: list[Component]


class DeviceName(_Element):
    """The name of a device."""

    name: str
    type: Literal["model-name"] = "model-name"


class Version(_Element):
    """The version of a device."""

    value: str


class DeviceProperty(_Element):
    """A property of a device."""

    type: CodeableConcept
    value_code: list[CodeableConcept]


class Device(_Element):
    """The model."""

    resource_type: Literal["Device"] = "Device"
    manufacturer: str
    device_name: list[DeviceName]
    version: list[Version]
    property: list[DeviceProperty]


class DiagnosticReport(_Element):
    """The result of a study."""

    resource_type: Literal["DiagnosticReport"] = "DiagnosticReport"
    status: Literal["preliminary"] = "preliminary"
    category: list[CodeableConcept]
    code: CodeableConcept
    subject: Reference | None = None
    issued: datetime
    result: list[Reference]
    imaging_study: list[Reference] | None = None
    conclusion: str
    conclusion_code: list[CodeableConcept] | None = None


class Request(_Element):
    """What a server does with an entry of a bundle: it stores a new resource."""

    method: Literal["POST"] = "POST"
    url: Literal["DiagnosticReport", "Observation", "Device"]


class BundleEntry(_Element):
    """A resource in a bundle."""

    full_url: str
    resource: DiagnosticReport | Observation | Device
    request: Request


class Bundle(_Element):
    """Resources that a FHIR server stores together."""

    resource_type: Literal["Bundle"] = "Bundle"
    type: Literal["transaction"] = "transaction"
    entry: list[BundleEntry]
