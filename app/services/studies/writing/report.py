"""The report of a study as PDF: its answer, each series with pictures and probabilities, warnings and provenance."""

from datetime import datetime
from io import BytesIO

from PIL import Image

from app.models.classes import FACTS
from app.models.model_file import ModelMetadata
from app.services.explanations.words import decision_name, headline, percent, plural, summary, title_of
from app.services.reports.document import SERVICE, Paper, Share
from app.services.reports.pages import CaptionedPicture, Pages
from app.services.studies.results import Conclusion, SeriesResult, StudyResult
from app.services.studies.writing.origin import deciding_slices, used_series

TITLE = "Brain MRI: classification of a study"


def study_pdf(result: StudyResult, metadata: ModelMetadata, created_at: datetime) -> bytes:
    """The report. It contains no name and no identifier of the patient.

    Args:
        result: of the study, with a conclusion; pictures are shown as far as they were drawn.
        metadata: of the model.
        created_at: UTC.
    """
    conclusion = result.conclusion
    assert conclusion is not None
    answer, used = headline(conclusion.result), used_series(result)
    statement = f"{decision_name(conclusion.decision)}. From {len(used)} of {len(result.series)} series."
    pages = Pages(Paper.A4, title=TITLE, subject=f"{answer}. {statement}", created_at=created_at)
    pages.write_head(TITLE, created_at, answer, statement)
    _write_bars(pages, conclusion)
    if result.remarks:
        pages.begin("Warnings", 20)
        pages.write_note(result.remarks)
    for series in used:
        _write_series(pages, series)
    pages.write_table(
        "Provenance",
        [
            ("Model", f"{metadata.name} {metadata.version}"),
            ("SHA-256 of the weights", metadata.sha256),
            ("Series not used", ", ".join(each.name for each in result.series if not each.conclusion) or "none"),
            ("Created", f"{created_at:%Y-%m-%d %H:%M:%S} UTC"),
            ("Service", SERVICE),
        ],
    )
    return bytes(pages.output())


def _write_series(pages: Pages, found: SeriesResult) -> None:
    conclusion = found.conclusion
    assert conclusion is not None
    pages.begin(found.title, 60)
    decided = f"{len(deciding_slices(found))} of {plural(len(found.slices), 'slice')}"
    pages.write_text(f"{summary(conclusion.result)}. Decided by {decided}.")
    pages.ln(1)
    _write_bars(pages, conclusion)
    for message in found.remarks:
        pages.write_text(message)
    if found.pictures:
        pages.ln(2)
        pages.write_pictures(
            [
                CaptionedPicture("slices", Image.open(BytesIO(found.pictures.montage.png)), "Slices of the series"),
                *(
                    CaptionedPicture(
                        "heat-map",
                        Image.open(BytesIO(each.overlay)),
                        f"Slice {each.index + 1} of {len(found.slices)}. {title_of(each.target)}",
                    )
                    for each in found.pictures.deciding
                ),
            ]
        )


def _write_bars(pages: Pages, conclusion: Conclusion) -> None:
    if not conclusion.decision.names_class:
        return
    shares = [
        Share(FACTS[tumor].label, min(1.0, probability), percent(probability))
        for tumor, probability in conclusion.result.ranking
    ]
    pages.write_bars(shares, leads=conclusion.decision.value == "answer")
