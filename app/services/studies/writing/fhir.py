"""Writes the result of a study as resources of FHIR R4: a report, an observation for the study and each series."""

from datetime import UTC, datetime
from uuid import uuid4

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from app.models.classes import CLASSES, DISCLAIMER
from app.models.model_file import ModelMetadata
from app.services.explanations.words import headline
from app.services.studies.results import Conclusion, StudyResult
from app.services.studies.writing import concepts
from app.services.studies.writing.fhir_resources import (
    Annotation,
    Bundle,
    BundleEntry,
    CodeableConcept,
    Coding,
    Component,
    Device,
    DeviceName,
    DeviceProperty,
    DiagnosticReport,
    Identifier,
    Observation,
    Quantity,
    Reference,
    Request,
    Version,
)
from app.services.studies.writing.origin import Origin, used_series

_SYSTEMS = {
    "SCT": "http://snomed.info/sct",
    "LN": "http://loinc.org",
    "DCM": "http://dicom.nema.org/resources/ontology/DCM",
    concepts.SCHEME: "urn:brain-tumor-classification",
}
_V2 = "http://terminology.hl7.org/CodeSystem/v2-0074"
_CATEGORIES = "http://terminology.hl7.org/CodeSystem/observation-category"
_RADIOLOGY = CodeableConcept(coding=[Coding(system=_V2, code="RAD", display="Radiology")])
_IMAGING = CodeableConcept(coding=[Coding(system=_CATEGORIES, code="imaging", display="Imaging")])


def fhir_bundle(result: StudyResult, origin: Origin, metadata: ModelMetadata) -> Bundle:
    """The result as a transaction, which a FHIR server stores as it is.

    The patient is referred to by the identifier in the DICOM objects, without a name, and the study by its UID.

    Args:
        result: of the study.
        origin: the study.
        metadata: of the model.
    """
    conclusion = result.conclusion
    assert conclusion is not None
    device = _entry(_device(metadata))
    writer = _Writer(origin, Reference(reference=device.full_url, type="Device"), datetime.now(UTC))
    observations = [_entry(writer.observation("Study", conclusion, result.remarks))]
    for series in used_series(result):
        assert series.conclusion is not None
        observations.append(_entry(writer.observation(series.title, series.conclusion, series.remarks)))
    report = DiagnosticReport(
        category=[_RADIOLOGY],
        code=_concept(concepts.BRAIN_MRI),
        subject=writer.subject,
        issued=writer.issued,
        result=[Reference(reference=each.full_url, type="Observation") for each in observations],
        imaging_study=[writer.study],
        conclusion=f"{headline(conclusion.result)}. {DISCLAIMER}",
        conclusion_code=[_concept(tumor)] if (tumor := concepts.tumor_of(conclusion)) else None,
    )
    return Bundle(entry=[_entry(report), *observations, device])


class _Writer:
    """Writes observations of one study.

    Attributes:
        subject: the patient; None without an identifier.
        study: the study.
        issued: time of the result.
    """

    def __init__(self, origin: Origin, device: Reference, issued: datetime) -> None:
        self.study = Reference(
            type="ImagingStudy", identifier=Identifier(system="urn:dicom:uid", value=f"urn:oid:{origin.uid}")
        )
        self.subject = _patient(origin)
        self.issued = issued
        self._device = device

    def observation(self, name: str, conclusion: Conclusion, remarks: list[str]) -> Observation:
        """The observation of a series or the study."""
        tumor = concepts.tumor_of(conclusion)
        value = _concept(tumor) if tumor else _concept(concepts.presence_of(conclusion))
        probabilities = zip(CLASSES, conclusion.probabilities.tolist(), strict=True)
        return Observation(
            category=[_IMAGING],
            code=_concept(concepts.TUMOR, name),
            subject=self.subject,
            issued=self.issued,
            value_codeable_concept=value.model_copy(update={"text": headline(conclusion.result)}),
            note=[Annotation(text=" ".join([*remarks, DISCLAIMER]))],
            body_site=_concept(concepts.BRAIN),
            method=_concept(codes.DCM.ArtificialIntelligence),
            device=self._device,
            derived_from=[self.study],
            component=[
                Component(
                    code=_concept(concepts.DECISION),
                    value_codeable_concept=_concept(concepts.decision_of(conclusion), conclusion.decision),
                ),
                *(
                    Component(code=_concept(concepts.probability_of(each)), value_quantity=Quantity(value=probability))
                    for each, probability in probabilities
                ),
            ],
        )


def _patient(origin: Origin) -> Reference | None:
    number, issuer = origin.person.PatientID, origin.person.get("IssuerOfPatientID")
    if not number:
        return None
    assigner = Reference(display=str(issuer)) if issuer else None
    return Reference(type="Patient", identifier=Identifier(value=str(number), assigner=assigner))


def _device(metadata: ModelMetadata) -> Device:
    return Device(
        manufacturer=concepts.MAKER,
        device_name=[DeviceName(name=f"{concepts.PRODUCT}: {metadata.name}")],
        version=[Version(value=metadata.version)],
        property=[
            DeviceProperty(
                type=CodeableConcept(text="SHA-256 of the weights"), value_code=[CodeableConcept(text=metadata.sha256)]
            )
        ],
    )


def _concept(code: Code, text: str | None = None) -> CodeableConcept:
    coding = Coding(system=_SYSTEMS[code.scheme_designator], code=code.value, display=code.meaning)
    return CodeableConcept(coding=[coding], text=text)


def _entry(resource: DiagnosticReport | Observation | Device) -> BundleEntry:
    return BundleEntry(full_url=f"urn:uuid:{uuid4()}", resource=resource, request=Request(url=resource.resource_type))
