"""Writes a PDF as a DICOM object."""

from highdicom import SOPClass
from highdicom.sr import CodedConcept
from pydicom.dataset import Dataset
from pydicom.sr.coding import Code
from pydicom.uid import EncapsulatedPDFStorage, ExplicitVRLittleEndian

from app.models.model_file import ModelMetadata
from app.services.studies.writing.equipment import NewSeries, SeriesNumber, belonging, reference_to
from app.services.studies.writing.origin import Origin

_REPORT = Code("18748-4", "LN", "Diagnostic imaging study")


def document(pdf: bytes, title: str, origin: Origin, metadata: ModelMetadata, *, burnt_in: bool) -> Dataset:
    """A PDF as a DICOM object.

    Args:
        pdf: the document.
        title: of the document.
        origin: the study.
        metadata: of the model.
        burnt_in: whether its pictures may contain text about the patient.
    """
    made = SOPClass(
        study_instance_uid=origin.uid,
        sop_class_uid=EncapsulatedPDFStorage,
        modality="DOC",
        transfer_syntax_uid=ExplicitVRLittleEndian,
        **NewSeries.of(SeriesNumber.DOCUMENT, "AI report (PDF): brain tumor", origin, metadata).instance(metadata),
    )
    made.AcquisitionDateTime = None
    made.ConversionType = "WSD"
    made.BurnedInAnnotation = "YES" if burnt_in else "NO"
    made.DocumentTitle = title
    made.ConceptNameCodeSequence = [CodedConcept.from_code(_REPORT)]
    made.SourceInstanceSequence = [reference_to(each) for each in origin.instances.values()]
    made.MIMETypeOfEncapsulatedDocument = "application/pdf"
    made.EncapsulatedDocumentLength = len(pdf)
    made.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    return belonging(made, origin)
