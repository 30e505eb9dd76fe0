"""Figures, intervals and fit on simulated scans with known parameters."""

from pathlib import Path

import numpy as np
import pytest

from app.config.settings import ConfigurationError
from app.models.classes import CLASSES
from app.models.model_file import ModelMetadata
from app.models.site_file import SiteFile
from app.models.thresholds import Decision, GateSpec, SetMethod, SetSpec, Trust
from app.services.evaluation.bootstrap import patient_intervals
from app.services.evaluation.html import render_evaluation
from app.services.evaluation.report import report_of
from app.services.evaluation.schemas import EvaluatedScan, LeftOut
from app.services.inference.site_file import fit_to_site
from app.services.network.temperature import calibrated_probabilities
from tests.support.heads import HEADS

TRUST = Trust(
    gate=GateSpec(method="x", layers=("y",), threshold=1.0, statistics="g.npz", statistics_sha256="0" * 64),
    set_method=SetMethod.LAC,
    sets=tuple(SetSpec(coverage=share, thresholds=dict.fromkeys(CLASSES, 0.5)) for share in (0.95, 0.99)),
    deciding_coverage=0.95,
    min_confidence=0.5,
)


@pytest.fixture
def trusted(metadata: ModelMetadata) -> ModelMetadata:
    return metadata.model_copy(update={"trust": TRUST})


def draw(rng: np.random.Generator, count: int, temperature: float, served: float) -> list[EvaluatedScan]:
    """Simulate scans of a network that needs `temperature` but is served at another."""
    logits = rng.normal(0, 3, (count, 4))
    right = calibrated_probabilities(logits, temperature)
    labels = (right.cumsum(axis=1) > rng.random((count, 1))).argmax(axis=1)
    given = calibrated_probabilities(logits, served)
    return [
        EvaluatedScan.model_validate(
            {
                "scan": f"{number}.png",
                "class": CLASSES[label],
                "patient": f"p{number // 4}",
                "probabilities": given[number].tolist(),
                "gate_score": float(score),
            }
        )
        for number, (label, score) in enumerate(zip(labels, rng.normal(0, 1, count), strict=True))
    ]


class TestBootstrap:
    def test_one_scan_a_patient_gives_the_width_of_wilson(self, rng: np.random.Generator):
        labels = rng.integers(4, size=800)
        predicted = np.where(rng.random(800) < 0.9, labels, (labels + 1) % 4)
        found = patient_intervals(np.eye(4)[predicted] * 0.96 + 0.01, labels, [None] * 800)
        assert found.patients == 800
        half = 1.96 * np.sqrt(0.9 * 0.1 / 800)
        assert found.accuracy.high - found.accuracy.low == pytest.approx(2 * half, rel=0.2)

    def test_identical_scans_of_a_patient_count_once(self, rng: np.random.Generator):
        """Sixteen copies of each scan carry no more information than one."""
        labels = rng.integers(4, size=50)
        predicted = np.where(rng.random(50) < 0.8, labels, (labels + 1) % 4)
        once = patient_intervals(np.eye(4)[predicted], labels, [str(number) for number in range(50)])
        often = patient_intervals(
            np.repeat(np.eye(4)[predicted], 16, 0), np.repeat(labels, 16), [str(number // 16) for number in range(800)]
        )
        assert often.patients == 50
        assert often.accuracy.high - often.accuracy.low == pytest.approx(
            once.accuracy.high - once.accuracy.low, rel=0.1
        )

    def test_full_accuracy_has_an_interval(self):
        labels = np.array([0, 0, 1, 1])
        found = patient_intervals(np.eye(4)[labels], labels, ["a", "a", "b", "b"])
        # Wilson's interval of two patients.
        assert found.accuracy.low == pytest.approx(0.342, abs=1e-3)
        assert found.accuracy.high == 1
        assert found.missed_tumors is not None and found.missed_tumors.low == 0 < found.missed_tumors.high
        assert found.per_class[CLASSES[3]].sensitivity is None


class TestFit:
    def test_fit_recovers_the_temperature_and_holds_the_coverage(
        self, rng: np.random.Generator, trusted: ModelMetadata
    ):
        served = trusted.model_copy(update={"temperature": 1.3})
        report = report_of(draw(rng, 4000, 2.6, 1.3), [], served, copies_looked_for=True)
        fit = report.fit
        assert fit is not None and report.no_fit is None
        assert fit.file.temperature == pytest.approx(2.6, rel=0.08)
        assert fit.calibration.ece < 0.03 < report.measured.calibrated.ece
        for of_coverage in fit.sets:
            assert of_coverage.covered == pytest.approx(of_coverage.coverage, abs=0.02)
            assert min(of_coverage.per_class.values()) >= of_coverage.coverage - 0.03
        assert fit.outside == pytest.approx(0.01, abs=0.01)
        assert fit.right_where_answered is not None and fit.right_where_answered > 0.95
        assert fit.file.patients == 1000
        assert sum(fit.file.scans.values()) == 4000

    def test_too_few_scans_of_a_class_are_rejected(self, rng: np.random.Generator, trusted: ModelMetadata):
        scans = [scan for scan in draw(rng, 800, 1, 1) if scan.tumor is not CLASSES[2]]
        report = report_of(scans, [LeftOut(scan="x", reason="y")], trusted, copies_looked_for=False)
        assert report.fit is None
        assert report.no_fit is not None and "No tumor has 0" in report.no_fit
        assert report.measured.per_class[CLASSES[2]].sensitivity.value is None
        page = render_evaluation(report).decode()
        assert "No tumor has 0" in page
        assert "src=" not in page and "href=" not in page

    def test_a_class_of_one_patient_is_rejected(self, rng: np.random.Generator, trusted: ModelMetadata):
        scans = [scan.model_copy(update={"patient": "same"}) for scan in draw(rng, 800, 1, 1)]
        report = report_of(scans, [], trusted, copies_looked_for=True)
        assert report.fit is None and "several patients in each class" in (report.no_fit or "")

    def test_few_scans_fit_only_the_coverages_they_allow(self, rng: np.random.Generator, trusted: ModelMetadata):
        """Sixty scans of a class are too few for 99 %: the model's own thresholds stay."""
        report = report_of(draw(rng, 240, 1, 1), [], trusted, copies_looked_for=True)
        assert report.fit is not None and report.fit.file.thresholds is not None
        assert [of_coverage.fitted for of_coverage in report.fit.sets] == [True, False]
        assert report.fit.file.thresholds.sets[0] != TRUST.sets[0]
        assert report.fit.file.thresholds.sets[1] == TRUST.sets[1]
        assert "not refitted: too few scans" in render_evaluation(report).decode()

    def test_without_mistakes_the_temperature_is_unchanged(self, rng: np.random.Generator, trusted: ModelMetadata):
        """The maximum-likelihood temperature would be 0, which makes every answer certain."""
        scans = [
            scan.model_copy(update={"tumor": CLASSES[int(np.argmax(scan.probabilities))]})
            for scan in draw(rng, 400, 1, 1)
        ]
        fit = report_of(scans, [], trusted.model_copy(update={"temperature": 1.0}), copies_looked_for=True).fit
        assert fit is not None and fit.file.temperature == 1
        assert "fewer than 10" in (fit.temperature_kept or "")


class TestReport:
    def test_report_counts_decisions_sets_and_gate(self, trusted: ModelMetadata):
        rows = [  # class, probabilities, gate score
            ("glioma", (0.9, 0.1, 0, 0), 0.0),
            ("glioma", (0.4, 0.6, 0, 0), 0.0),
            ("notumor", (0.3, 0.3, 0.4, 0), 0.0),
            ("pituitary", (0, 0, 0, 1.0), 2.0),
        ]
        scans = [
            EvaluatedScan.model_validate(
                {"scan": f"<b>{name}", "class": name, "probabilities": shares, "gate_score": score}
            )
            for name, shares, score in rows
        ]
        report = report_of(scans, [], trusted, copies_looked_for=True)
        trust = report.trusted
        assert trust is not None and trust.outside is not None
        assert {decision: share.count for decision, share in trust.decisions.items()} == {
            Decision.ANSWER: 2,
            Decision.UNCERTAIN: 1,
            Decision.OTHER: 0,
            Decision.OUTSIDE: 1,
        }
        assert (trust.right_where_answered.count, trust.right_where_answered.total) == (1, 2)
        assert trust.outside.count == 1
        assert [of_coverage.covered.count for of_coverage in trust.sets] == [2, 2]
        assert trust.sets[0].mean_size == 0.75
        assert report.by_patient is None
        [misread] = report.misread
        assert (misread.scan, misread.predicted, misread.confidence) == ("<b>glioma", "meningioma", 0.6)
        page = render_evaluation(report).decode()
        assert "&lt;b&gt;glioma" in page and "<b>glioma" not in page

    def test_report_has_tables_by_acquisition_and_of_other_scans(self, trusted: ModelMetadata):
        rows = [  # class, log-odds of something else, sequence, plane
            ("glioma", 0.0, "T2", "axial"),
            ("meningioma", 0.0, "T2", "coronal"),
            ("glioma", 2.0, "T1C", "axial"),
            ("other", 2.0, "T2", "axial"),
            ("other", 0.0, "T2", "axial"),
        ]
        scans = [
            EvaluatedScan.model_validate(
                {
                    "scan": str(number),
                    "class": name,
                    "probabilities": (0.9, 0.1, 0, 0),
                    "gate_score": 0.0,
                    "other_score": other,
                    "sequence": sequence,
                    "plane": plane,
                }
            )
            for number, (name, other, sequence, plane) in enumerate(rows)
        ]
        trust = TRUST.model_copy(update={"heads": HEADS})
        report = report_of(scans, [], trusted.model_copy(update={"trust": trust}), copies_looked_for=True)
        assert (report.measured.images, report.measured.accuracy.count) == (3, 2)
        found = report.trusted
        assert found is not None and found.others is not None
        assert [(part.label, part.accuracy.count, part.accuracy.total) for part in found.by_sequence] == [
            ("T1 with contrast", 1, 1),
            ("T2", 1, 2),
        ]
        assert [(part.label, part.decisions[Decision.OTHER].count) for part in found.by_plane] == [
            ("axial", 1),
            ("coronal", 0),
        ]
        assert (found.right_where_answered.count, found.right_where_answered.total) == (1, 2)
        assert {decision: share.count for decision, share in found.others.items() if share.count} == {
            Decision.OTHER: 1,
            Decision.ANSWER: 1,
        }
        page = render_evaluation(report).decode()
        assert "labelled “other”" in page and "T1 with contrast" in page and "coronal" in page


class TestSiteFile:
    def written(self, folder: Path, rng: np.random.Generator, metadata: ModelMetadata) -> tuple[Path, SiteFile]:
        fit = report_of(draw(rng, 600, 2, 1), [], metadata, copies_looked_for=True).fit
        assert fit is not None
        path = folder / "site.json"
        path.write_text(fit.file.model_dump_json())
        return path, fit.file

    def test_site_file_replaces_the_models_thresholds(self, tmp_path: Path, rng, trusted: ModelMetadata):
        path, site = self.written(tmp_path, rng, trusted)
        [found] = fit_to_site(path, [trusted])
        assert found.version.startswith(f"{trusted.version}+site.")
        assert "600 scans of this site" in found.description
        assert found.temperature == site.temperature != trusted.temperature
        assert site.thresholds is not None and found.trust is not None
        assert found.trust.sets == site.thresholds.sets
        assert found.trust.min_confidence == site.thresholds.min_confidence
        assert found.trust.gate.threshold == site.thresholds.gate_threshold
        assert found.trust.gate.statistics == "g.npz"

    def test_a_folder_has_a_file_for_each_version(self, tmp_path: Path, rng, trusted: ModelMetadata):
        path, site = self.written(tmp_path, rng, trusted)
        versions = [trusted.model_copy(update={"version": str(each), "sha256": str(each) * 64}) for each in range(3)]
        for each in versions[:2]:
            fitted = site.model_copy(update={"sha256": each.sha256, "temperature": 2.0 + int(each.version)})
            (tmp_path / f"{each.version}.json").write_text(fitted.model_dump_json())
        path.unlink()
        first, second, third = fit_to_site(tmp_path, versions)
        assert (first.temperature, second.temperature, third) == (2.0, 3.0, versions[2])
        with pytest.raises(ConfigurationError, match=r"1\.json was fitted to other weights.* 0 has 000000000000…, 2"):
            fit_to_site(tmp_path, [versions[0], versions[2]])
        (tmp_path / "twice.json").write_bytes((tmp_path / "0.json").read_bytes())
        with pytest.raises(ConfigurationError, match=r"0\.json and .*twice\.json were fitted to the same version 0"):
            fit_to_site(tmp_path, versions)
        (tmp_path / "empty").mkdir()
        with pytest.raises(ConfigurationError, match="a folder without a file"):
            fit_to_site(tmp_path / "empty", versions)

    def test_site_file_of_other_weights_is_rejected(self, tmp_path: Path, rng, trusted: ModelMetadata):
        path, _ = self.written(tmp_path, rng, trusted)
        changes: list[tuple[dict[str, str | Trust | None], str]] = [
            ({"sha256": "1" * 64}, "other weights"),
            ({"trust": None}, "do not have the same thresholds"),
            ({"trust": TRUST.model_copy(update={"heads": HEADS})}, "other heads"),
        ]
        for change, words in changes:
            with pytest.raises(ConfigurationError, match=words):
                fit_to_site(path, [trusted.model_copy(update=change)])
        assert trusted.trust is not None
        gate = trusted.trust.gate.model_copy(update={"statistics_sha256": "2" * 64})
        regated = trusted.model_copy(update={"trust": trusted.trust.model_copy(update={"gate": gate})})
        with pytest.raises(ConfigurationError, match="was fitted to another gate"):
            fit_to_site(path, [regated])
        with pytest.raises(ConfigurationError, match="There are: other"):
            fit_to_site(path, [trusted.model_copy(update={"name": "other"})])
        path.write_text("{}")
        with pytest.raises(ConfigurationError, match="was not written by"):
            fit_to_site(path, [trusted])
        with pytest.raises(ConfigurationError, match="No such file"):
            fit_to_site(tmp_path / "gone", [trusted])
