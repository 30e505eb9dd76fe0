"""Every screen, document and command quotes the sentences of `words`."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from html import unescape
from io import BytesIO
from uuid import UUID

import pypdfium2
import pytest

from app.cli.main import main
from app.models.acquisition import MriSequence, Plane
from app.models.classes import FACTS, TumorClass
from app.models.measured.external import ExternalMeasurement, HospitalsMeasurement, PatientsMeasurement
from app.models.model_file import ModelMetadata
from app.models.thresholds import Decision, HeatmapMethod
from app.routes.answers import body
from app.services.explanations.answer import Answer
from app.services.explanations.built_in import BuiltInExplainer
from app.services.explanations.result import Result
from app.services.explanations.words import (
    accuracy_sentences,
    acquisition_sentence,
    agreement_sentence,
    decision_sentence,
    display,
    headline,
    heatmap_sentence,
    heatmap_title,
    interval,
    percent,
    position,
    set_sentence,
    share,
    summary,
)
from app.services.history.display import display_of
from app.services.history.schemas import PredictionSource, StoredPrediction
from app.services.inference.predictor import Prediction, Predictor
from app.services.inference.schemas import ClassRole, ImageInfo, ModelRef, PredictionResponse, TimingBody, WarningBody
from app.services.network.gradcam import Focus
from app.services.reports.document import Paper, PredictionReport
from app.services.reports.html import render_html
from app.services.reports.pdf import render_pdf
from app.services.trust.conformal import PredictionSet
from app.services.trust.heads import Acquisition
from app.services.trust.views import Agreement
from tests.conftest import MODELS, SAMPLES_DIR

GLIOMA, MENINGIOMA, NOTUMOR, PITUITARY = TumorClass
RANKING = ((GLIOMA, 0.987), (MENINGIOMA, 0.01), (NOTUMOR, 0.002), (PITUITARY, 0.001))
PATIENTS = HospitalsMeasurement(
    slices=1,
    accuracy=0,
    answered=0,
    accuracy_of_answers=0,
    tumors_surely_called_notumor=0,
    tumors_found=0,
    tumor_free_clear=0,
    set_coverage_99=0,
    accuracy_by_sequence={
        GLIOMA: {"T2": 0.04, "T1 with contrast": 0.63},
        NOTUMOR: {"T2": 1},
        PITUITARY: {"T1 with contrast": 0.67},
    },
    by_patient=PatientsMeasurement(patients=1, accuracy=0, answered=0, accuracy_of_answers=0),
)
EXTERNAL = ExternalMeasurement(
    model="xception", version=MODELS["xception"].version, source="x", patients=PATIENTS, **vars(PATIENTS)
)
T2 = Acquisition(MriSequence.T2, 0.99, Plane.AXIAL, 0.98)
GLIOMA_SCAN = SAMPLES_DIR / "Te-gl_0014.jpg"
TIMING = TimingBody(wait=0, read=6.4, forward=40, heatmap=5, explanation=1, total=52.4)


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (1, "over 99.9 %"),
        (0.9995, "over 99.9 %"),
        (0.99949, "over 99.9 %"),
        (0.999, "99.9 %"),
        (0.99896, "99.9 %"),
        (0.987, "98.7 %"),
        (0.5, "50.0 %"),
        (0.012, "1.2 %"),
        (0.00104, "0.1 %"),
        (0.00096, "under 0.1 %"),
        (0, "under 0.1 %"),
    ],
)
def test_percent_is_never_0_or_100(probability, words):
    assert percent(probability) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(1, "over 99 %"), (0.992, "over 99 %"), (0.14, "14 %"), (0.012, "1 %"), (0.004, "under 1 %")],
)
def test_percent_of_an_area_has_no_decimals(value, words):
    assert percent(value, decimals=0) == words


@pytest.mark.parametrize(
    ("value", "words"), [(None, "-"), (1, "100.0 %"), (0, "0.0 %"), (0.9999, "over 99.9 %"), (0.98, "98.0 %")]
)
def test_a_measured_share_is_exact_at_both_ends(value, words):
    assert share(value) == words


def test_an_interval_has_one_percent_sign():
    assert interval(Bounds(0.971, 0.9999)) == "97.1 to over 99.9 %"
    assert interval(None) == ""


class Bounds:
    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        (0.1, 0.1, "in the upper left"),
        (0.9, 0.9, "in the lower right"),
        (0.1, 0.5, "on the left, at mid-height"),
        (0.5, 0.9, "in the lower part, near the vertical midline"),
        (0.5, 0.5, "near the centre"),
        (0.38, 0.5, "on the left, at mid-height"),
        (0.4, 0.6, "near the centre"),
    ],
)
def test_position(x, y, words):
    assert position(x, y) == words


class TestSentences:
    def test_an_answer(self):
        result = Result(
            Decision.ANSWER,
            RANKING,
            PredictionSet(0.99, (GLIOMA,)),
            method=HeatmapMethod.GRAD_CAM,
            target=GLIOMA,
            focus=Focus(0.5, 0.5, 0.14),
        )
        assert headline(result) == "Glioma"
        assert summary(result) == "Glioma, 98.7 %"
        assert decision_sentence(result) == "The network answers with a calibrated probability of 98.7 %."
        assert set_sentence(result) == "The 99 % prediction set contains only this class."
        assert heatmap_sentence(result) == "Evidence for glioma is concentrated in 14 % of the image, near the centre."

    def test_broad_evidence_has_no_place(self):
        result = Result(
            Decision.ANSWER, RANKING, method=HeatmapMethod.GRAD_CAM, target=GLIOMA, focus=Focus(0.5, 0.5, 0.45)
        )
        assert (
            heatmap_sentence(result) == "Evidence for glioma is spread over 45 % of the image, without a single focus."
        )

    def test_no_evidence(self):
        result = Result(Decision.ANSWER, RANKING, method=HeatmapMethod.GRAD_CAM, target=NOTUMOR)
        assert heatmap_sentence(result) == "The heat-map is empty: the image contains no evidence for “no tumor”."

    def test_an_uncertain_result(self):
        classes = (GLIOMA, MENINGIOMA, NOTUMOR)
        result = Result(
            Decision.UNCERTAIN,
            RANKING,
            PredictionSet(0.99, classes),
            method=HeatmapMethod.GRAD_CAM,
            target=GLIOMA,
            focus=Focus(0, 0, 0.1),
        )
        assert headline(result) == summary(result) == "Uncertain: glioma, meningioma or no tumor"
        assert decision_sentence(result) == "The network gives no answer: a person must read this slice."
        assert set_sentence(result) == "The 99 % prediction set contains glioma, meningioma and “no tumor”."
        assert "this is no sign that it is a glioma" in str(heatmap_sentence(result))

    def test_an_empty_set(self):
        result = Result(Decision.UNCERTAIN, RANKING, PredictionSet(0.9, ()))
        assert headline(result) == "Uncertain: no class fits"
        assert set_sentence(result) == "The 90 % prediction set is empty: the slice is typical of no class."

    def test_an_out_of_distribution_image_names_no_class(self):
        result = Result(Decision.OUTSIDE, RANKING)
        sentences = [headline(result), summary(result), decision_sentence(result)]
        assert not any(facts.label.lower() in " ".join(sentences).lower() for facts in FACTS.values())
        assert (set_sentence(result), heatmap_sentence(result)) == (None, None)

    def test_something_else_names_no_class(self):
        result = Result(Decision.OTHER, RANKING, method=HeatmapMethod.PLACE)
        assert headline(result) == summary(result) == "Abnormal, but none of the three tumor types"
        assert decision_sentence(result).endswith("A person must read it.")
        sentences = [headline(result), decision_sentence(result), str(heatmap_sentence(result))]
        assert not any(facts.label.lower() in " ".join(sentences).lower() for facts in FACTS.values())
        shown = replace(result, method=HeatmapMethod.GRAD_CAM, target=GLIOMA, focus=Focus(0, 0, 0.1))
        assert "this is no sign that it is a glioma" in str(heatmap_sentence(shown))

    def test_a_place_belongs_to_no_class(self):
        result = Result(Decision.ANSWER, RANKING, method=HeatmapMethod.PLACE, focus=Focus(0.1, 0.1, 0.03))
        assert heatmap_title(result) == "Heat-map of the probability of a tumor at each place"
        assert heatmap_sentence(result) == (
            "The network sees a tumor with a probability of at least 50 % in 3 % of the image, in the upper left. This "
            "heat-map does not belong to one class."
        )
        assert "points to no place" in str(heatmap_sentence(replace(result, focus=None)))

    @pytest.mark.parametrize(
        ("sequence", "plane", "sentence"),
        [
            (0.99, 0.98, "The slice looks axial; its sequence looks like T2."),
            (0.61, 0.98, "The slice looks axial. Its sequence is not clear; most probably it is T2 (61 %)."),
            (0.99, 0.55, "The sequence looks like T2. The plane is not clear; most probably it is axial (55 %)."),
            (0.61, 0.55, "Neither sequence nor plane is clear; most probably they are T2 (61 %) and axial (55 %)."),
        ],
    )
    def test_an_acquisition_that_is_not_clear_has_its_probability(self, sequence, plane, sentence):
        assert acquisition_sentence(Acquisition(MriSequence.T2, sequence, Plane.AXIAL, plane)) == sentence

    def test_another_sequence_is_none_of_the_known_ones(self):
        found = replace(T2, sequence=MriSequence.OTHER)
        assert acquisition_sentence(found).endswith("its sequence looks like none of T1, T2 and FLAIR.")

    def test_the_accuracy_of_a_sequence_names_each_class(self):
        assert accuracy_sentences(EXTERNAL) == [
            "On slices of unknown hospitals in T1 with contrast, networks of shorter trainings were right in 63 % of "
            "the gliomas and 67 % of the pituitary tumors.",
            "On slices of unknown hospitals in T2, networks of shorter trainings were right in 4 % of the gliomas and "
            "over 99 % of the tumor-free slices.",
        ]
        assert accuracy_sentences(None) == []

    @pytest.mark.parametrize(
        ("decision", "found", "external", "is_stated"),
        [
            (Decision.ANSWER, T2, EXTERNAL, True),
            (Decision.UNCERTAIN, T2, EXTERNAL, False),
            (Decision.ANSWER, replace(T2, sequence_probability=0.89), EXTERNAL, False),
            (Decision.ANSWER, replace(T2, sequence=MriSequence.FLAIR), EXTERNAL, False),
            (Decision.ANSWER, None, EXTERNAL, False),
            (Decision.ANSWER, T2, None, False),
        ],
    )
    def test_the_accuracy_goes_with_an_answer_in_a_clear_sequence(self, decision, found, external, is_stated):
        shown = display(
            Result(decision, RANKING, acquisition=found),
            model=ModelRef(name="x", version="1"),
            image=ImageInfo(width=1, height=1, format="PNG", mode="L"),
            timing=TIMING,
            external=external,
        )
        assert (shown.accuracy is not None) is is_stated

    def test_agreement(self):
        assert agreement_sentence(Agreement(5, 1, 0)) == "All 5 views of the scan have the same most probable class."
        assert agreement_sentence(Agreement(5, 0.6, 0)).startswith("Only 3 of 5 views")


def answer_of(prediction: Prediction, metadata: ModelMetadata) -> Answer:
    explanation = asyncio.run(BuiltInExplainer().explain(prediction))
    return Answer(UUID(int=1), metadata, prediction, explanation, 0, TIMING, EXTERNAL)


def report_of(answer: Answer, response: PredictionResponse) -> PredictionReport:
    return PredictionReport(
        prediction=answer.prediction,
        display=response.display,
        explanation=answer.explanation,
        scan=answer.prediction.preview,
        weights=answer.metadata.sha256,
        request_id="an-id",
        feedback_url=None,
        created_at=datetime.now(UTC),
    )


def pdf_text(content: bytes) -> str:
    return " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pypdfium2.PdfDocument(content))


@pytest.fixture(scope="module")
def seen(predictor: Predictor) -> Prediction:
    return predictor.predict(BytesIO(GLIOMA_SCAN.read_bytes()), views=2)


@pytest.fixture(params=Decision)
def prediction(request: pytest.FixtureRequest, seen: Prediction) -> Prediction:
    """A prediction with each decision."""
    decision: Decision = request.param
    seen = replace(seen, decision=decision, acquisition=T2)
    unclassed = replace(seen, prediction_sets=(), deciding_set=None, agreement=None)
    if decision is Decision.OUTSIDE:
        return replace(unclassed, heatmap=None, acquisition=None)
    if decision is Decision.OTHER:
        return unclassed
    deciding = PredictionSet(
        0.99, tuple(tumor for tumor, _ in seen.ranking[: 2 if decision is Decision.UNCERTAIN else 1])
    )
    return replace(seen, deciding_set=deciding)


def test_reports_and_explanation_quote_the_response(prediction: Prediction, metadata: ModelMetadata):
    answer = answer_of(prediction, metadata)
    response = body(answer)
    shown = response.display
    report = report_of(answer, response)
    html, pdf = unescape(render_html(report).decode()), pdf_text(render_pdf(report, Paper.A4))
    for document in (html, pdf):
        sentences = (shown.headline, shown.decision, shown.prediction_set, shown.agreement, shown.heatmap)
        for sentence in (*sentences, shown.acquisition, shown.accuracy):
            assert (sentence or "") in document
        if prediction.decision.names_class:
            assert all(entry.probability in document for entry in shown.classes)
    quoted = (
        shown.heatmap,
        shown.agreement,
        {Decision.ANSWER: shown.prediction_set}.get(prediction.decision, shown.decision),
    )
    assert all((sentence or "") in response.explanation.text for sentence in quoted)
    if prediction.decision is Decision.ANSWER:
        assert f"a calibrated probability of {shown.probability}." in response.explanation.text
        assert shown.decision.endswith(f"a calibrated probability of {shown.probability}.")


def test_the_command_line_quotes_the_response(
    seen: Prediction, metadata: ModelMetadata, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PRECISION", "f32")
    shown = body(answer_of(seen, metadata)).display
    assert main(["predict", str(GLIOMA_SCAN), "--views", "2"]) == 0
    printed = " ".join(capsys.readouterr().out.split())
    assert shown.agreement is not None
    for text in (shown.headline, shown.probability, shown.agreement, shown.classes[1].probability):
        assert str(text) in printed


def test_a_record_reads_like_its_response(prediction: Prediction, metadata: ModelMetadata):
    response = body(answer_of(prediction, metadata))
    record = StoredPrediction.of(response, PredictionSource.UPLOAD)
    # A record has neither explanation nor views.
    assert display_of(record, EXTERNAL) == response.display.model_copy(update={"author": None, "agreement": None})


def test_records_older_than_decisions(seen: Prediction, metadata: ModelMetadata):
    record = StoredPrediction.of(body(answer_of(seen, metadata)), PredictionSource.UPLOAD)
    old = record.model_copy(update={"decision": None, "prediction_set": None})
    assert display_of(old, None).classes[0].role is ClassRole.ANSWER
    unsure = old.model_copy(update={"warnings": [WarningBody(code="low-confidence", message="")]})
    assert display_of(unsure, None).headline == "Uncertain"


def test_timing_and_image(seen: Prediction, metadata: ModelMetadata):
    shown = body(answer_of(seen, metadata)).display
    assert shown.timing == "52 ms (waiting 0, reading 6, network 40, heat-map 5, explanation 1)"
    assert shown.image.startswith("JPEG, ") and shown.image.endswith(" pixels")
