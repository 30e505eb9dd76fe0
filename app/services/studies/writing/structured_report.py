"""Writes a result as a structured report: Comprehensive 3D SR by the template TID 1500, as IHE's AI Results has it."""

from highdicom.coding_schemes import CodingSchemeIdentificationItem
from highdicom.sr import (
    AlgorithmIdentification,
    Comprehensive3DSR,
    DeviceObserverIdentifyingAttributes,
    FindingSite,
    Measurement,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    QualitativeEvaluation,
    RelationshipTypeValues,
    SourceImageForMeasurementGroup,
    TextContentItem,
    TrackingIdentifier,
)
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from app.models.classes import CLASSES, DISCLAIMER
from app.models.model_file import ModelMetadata
from app.services.explanations.words import summary
from app.services.studies.results import Conclusion, SliceResult, StudyResult
from app.services.studies.writing import concepts
from app.services.studies.writing.equipment import (
    NewSeries,
    SeriesNumber,
    belonging,
    nobody,
    references_to,
    uid_of,
)
from app.services.studies.writing.origin import Origin, deciding_slices, used_series

# OHIF shows a report with this title as text. With the title of imaging measurements it expects coordinates and fails.
_TITLE = codes.DCM.OncologyMeasurementReport
_DECIMALS = 4


def structured_report(result: StudyResult, origin: Origin, metadata: ModelMetadata) -> Dataset:
    """The report: a group for the study and one for each series that was used.

    A group names the tumor, if the decision is `answer`; it holds the decision, the probability of each class, and
    references to the slices that they were computed from. The observer is the device, and nobody has verified it.

    Args:
        result: of the study.
        origin: the study.
        metadata: of the model.
    """
    made_series = NewSeries.of(SeriesNumber.REPORT, "AI report: brain tumor", origin, metadata)
    used = used_series(result)
    assert result.conclusion is not None
    everything = [each for series in used for each in deciding_slices(series)]
    tracked = TrackingIdentifier(uid_of(made_series.uid, "study"), "Study")
    groups = [_group(tracked, result.conclusion, everything, result.remarks, origin, metadata)]
    for number, series in enumerate(used, 1):
        assert series.conclusion is not None
        tracked = TrackingIdentifier(uid_of(made_series.uid, "series", number), series.title)
        groups.append(_group(tracked, series.conclusion, deciding_slices(series), series.remarks, origin, metadata))
    observer = DeviceObserverIdentifyingAttributes(
        uid=uid_of(metadata.sha256),
        name=concepts.PRODUCT,
        manufacturer_name=concepts.MAKER,
        model_name=f"{metadata.name} {metadata.version}",
    )
    content = MeasurementReport(
        observation_context=ObservationContext(
            observer_device_context=ObserverContext(
                observer_type=codes.DCM.Device, observer_identifying_attributes=observer
            )
        ),
        procedure_reported=concepts.BRAIN_MRI,
        imaging_measurements=groups,
        title=_TITLE,
    )
    made = Comprehensive3DSR(
        evidence=[nobody(origin, each) for each in origin.instances.values()],
        content=content[0],
        is_complete=True,
        coding_schemes=[
            CodingSchemeIdentificationItem(
                concepts.SCHEME, name=concepts.PRODUCT, responsible_organization=concepts.MAKER
            )
        ],
        **made_series.instance(metadata),
    )
    return belonging(made, origin)


def _group(
    tracked: TrackingIdentifier,
    conclusion: Conclusion,
    slices: list[SliceResult],
    remarks: list[str],
    origin: Origin,
    metadata: ModelMetadata,
) -> MeasurementsAndQualitativeEvaluations:
    group = MeasurementsAndQualitativeEvaluations(
        tracking_identifier=tracked,
        finding_type=concepts.tumor_of(conclusion),
        finding_sites=[FindingSite(anatomic_location=concepts.BRAIN)],
        algorithm_id=AlgorithmIdentification(
            name=metadata.name,
            version=metadata.version,
            parameters=[f"SHA-256 of the weights: {metadata.sha256}"],
            family=codes.DCM.ArtificialIntelligence,
        ),
        measurements=[
            Measurement(
                name=concepts.probability_of(tumor),
                value=round(100 * probability, _DECIMALS),
                unit=codes.UCUM.Percent,
            )
            for tumor, probability in zip(CLASSES, conclusion.probabilities.tolist(), strict=True)
        ],
        qualitative_evaluations=[
            QualitativeEvaluation(concepts.TUMOR, concepts.presence_of(conclusion)),
            QualitativeEvaluation(concepts.DECISION, concepts.decision_of(conclusion)),
        ],
        source_images=[
            SourceImageForMeasurementGroup(instance.storage, instance.uid, frames or None)
            for instance, frames in references_to(slices, origin)
        ],
    )
    comment = " ".join([f"{summary(conclusion.result)}.", *remarks, DISCLAIMER])
    group[0].ContentSequence.append(
        TextContentItem(codes.DCM.Comment, comment, relationship_type=RelationshipTypeValues.CONTAINS)
    )
    return group
