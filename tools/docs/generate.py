"""Write what the documentation shows of the service from the running service, so that nothing is typed by hand.

`make docs` runs it: the README's table of settings, its example answer, its figures and its pictures, the
examples in the API's description, and that description itself.
"""

import base64
import json
import re
from io import BytesIO
from typing import Any

import httpx
import pypdfium2
from PIL import Image

from app.config.settings import PROJECT_DIR, settings_table
from app.models.classes import FACTS
from app.models.model_file import Evaluation, read_metadata
from app.routes.api_docs import EXAMPLES_FILE
from benchmarks.support.plot import draw, summary, tables
from research.pipeline.data.audit import AuditReport
from research.pipeline.data.copies import CopiesReport
from research.pipeline.data.manifest import Split
from tests.support.browser import running_browser
from tests.support.server import RunningServer
from tools.docs import contract
from tools.docs.accounts import account_answers
from tools.docs.drift import drift_answers

README = PROJECT_DIR / "README.md"
MEASURED = PROJECT_DIR / "benchmarks" / "README.md"
SPEED = PROJECT_DIR / "docs" / "speed.png"
PAGE = PROJECT_DIR / "docs" / "page.png"
REPORT = PROJECT_DIR / "docs" / "report.png"
PICTURE = PROJECT_DIR / "docs" / "heatmaps.png"
EXAMPLE_SAMPLE = "Te-me_0016.jpg"
PICTURE_SAMPLES = ("Te-gl_0014.jpg", "Te-me_0017.jpg", "Te-pi_0014.jpg", "Te-no_0022.jpg")
_PANEL_HEIGHT = 320
_GAP = 8


def main() -> None:
    """Write everything."""
    # In float32 every processor gives the same answers.
    with RunningServer(PRECISION="f32") as server, server.client() as client:
        pictured = [_predict(client, name) for name in PICTURE_SAMPLES]
        examples = {**real_answers(client), **account_answers(), **drift_answers()}
        _photograph(server.url)
        _print_report(client)
    _draw(pictured)
    draw(SPEED)
    EXAMPLES_FILE.write_text(json.dumps(examples, indent=2, ensure_ascii=False) + "\n")
    # A server started anew, since the description has the examples in it.
    with RunningServer() as server, server.client() as client:
        contract.write(client.get("/openapi.json").json())
    answer = json.dumps(examples["create_prediction"], indent=2, ensure_ascii=False)
    text = README.read_text()
    for name, content in {
        "settings": settings_table(),
        "answer": f"```json\n{answer}\n```",
        "evaluation": evaluation_table(),
        "audit": audit_paragraph(),
        "copies": copies_paragraph(),
        "speed": summary(),
    }.items():
        text = fill(text, name, content)
    README.write_text(text)
    MEASURED.write_text(fill(MEASURED.read_text(), "results", tables()))


def _photograph(url: str) -> None:
    """The page with a result on it."""
    with running_browser() as browser:
        page = browser.new_page(viewport={"width": 1180, "height": 1000}, color_scheme="light")
        page.goto(url)
        page.locator(f'[data-name="{EXAMPLE_SAMPLE}"]').click()
        page.locator(".answer").wait_for()
        page.evaluate("scrollTo(0, 0)")
        page.wait_for_timeout(500)
        page.screenshot(path=PAGE)


def _print_report(client: httpx.Client) -> None:
    """The first page of a report."""
    report = client.post("/api/v1/reports", params={"sample": EXAMPLE_SAMPLE}).content
    pypdfium2.PdfDocument(report)[0].render(scale=1.3).to_pil().save(REPORT, optimize=True)


def real_answers(client: httpx.Client) -> dict[str, Any]:
    """An answer of each operation that answers JSON, by its id, short enough to read."""
    prediction = shortened(_predict(client, EXAMPLE_SAMPLE))
    scan = (PROJECT_DIR / "sample_images" / EXAMPLE_SAMPLE).read_bytes()
    files = [("files", ("scan.jpg", scan)), ("files", ("empty.jpg", b""))]
    batch = client.post("/api/v1/predictions/batch", files=files).json()
    batch["results"][0]["prediction"] = shortened(batch["results"][0]["prediction"])
    samples = client.get("/api/v1/samples").json()
    measured = client.post("/api/v1/evaluations/scans", files=files).json()
    return {
        "measure_evaluation_scans": measured,
        "create_evaluation": _evaluation(client),
        "create_prediction": prediction,
        "create_sample_prediction": prediction,
        "create_prediction_batch": batch,
        "list_samples": {"samples": samples["samples"][:2]},
        "list_classes": client.get("/api/v1/classes").json(),
        "get_model_report": _short_report(client.get("/api/v1/models/xception/report").json()),
        "list_models": client.get("/api/v1/models").json(),
        "get_liveness": client.get("/health/live").json(),
        "get_readiness": client.get("/health/ready").json(),
    }


def _evaluation(client: httpx.Client) -> dict[str, Any]:
    """A report on the samples, their copies in training not left out, with its long lists cut, for reading."""
    scans, version = [], ""
    for number, sample in enumerate(client.get("/api/v1/samples").json()["samples"], start=1):
        files = {"files": client.get(sample["url"]).content}
        answer = client.post("/api/v1/evaluations/scans", files=files).json()
        [result], version = answer["results"], answer["version"]
        known = {name: result[name] for name in ("probabilities", "gate_score")}
        scans.append({"scan": f"Scan {number}", "class": sample["class"], **known})
    report = client.post("/api/v1/evaluations", json={"version": version, "scans": scans}).json()
    part = report["measured"]
    calibration: dict[str, Any] = {"bins": []}
    short = {kind: {**part[kind], **calibration} for kind in ("uncalibrated", "calibrated")}
    return {**report, "measured": {**part, **short, "risk_coverage": part["risk_coverage"][:2]}}


def _short_report(report: dict[str, Any]) -> dict[str, Any]:
    """A report with its long lists cut, for reading."""
    calibration: dict[str, Any] = {"bins": []}
    parts = {
        name: {
            **report[name],
            "risk_coverage": report[name]["risk_coverage"][:2],
            **{kind: {**report[name][kind], **calibration} for kind in ("uncalibrated", "calibrated")},
        }
        for name in ("test", "without_copies")
    }
    return {**report, **parts, "corruptions": report["corruptions"][:1], "mistakes": report["mistakes"][:1]}


def fill(text: str, name: str, content: str) -> str:
    """Put content between the markers `<!-- name -->` and `<!-- /name -->`."""
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    assert len(pattern.findall(text)) == 1, f"README.md has not exactly one part {name}"
    return pattern.sub(lambda _: f"{start}\n{content}\n{end}", text)


def shortened(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with its picture cut off, for reading."""
    overlay = answer["heatmap"]["overlay"]
    return {**answer, "heatmap": {**answer["heatmap"], "overlay": overlay[:48] + "…"}}


def evaluation_table() -> str:
    """The default model's evaluation, as Markdown."""
    metadata = read_metadata(PROJECT_DIR / "models" / "xception_model.json")
    measured = metadata.evaluation
    assert measured is not None
    rows = [
        f"Measured on {measured.evaluated_on} on: {measured.dataset} ({measured.images} images).",
        "",
        "| what | figure |",
        "| --- | --- |",
        f"| accuracy | {measured.accuracy:.2%} |",
        *_accuracy_without_copies(measured),
        f'| tumors called "no tumor" | {measured.tumors_called_notumor} of {measured.tumors} |',
        *_other_source(measured),
        f"| expected calibration error (15 bins) | {measured.ece:.2%} |",
        "",
        "| class | sensitivity | specificity | images |",
        "| --- | --- | --- | --- |",
    ]
    rows += [
        f"| {FACTS[tumor].label} | {figures.sensitivity:.1%} | {figures.specificity:.1%} | {figures.images} |"
        for tumor, figures in measured.per_class.items()
    ]
    return "\n".join(rows)


def audit_paragraph() -> str:
    """What the audit of the data set found, in words."""
    found = AuditReport.model_validate_json((PROJECT_DIR / "research" / "documentation" / "audit.json").read_text())
    copied, images = found.test_images_with_copy_in_training, found.test_images
    upright = sum(found.test_images_with_upright_copy_in_training.values())
    by_class = ", ".join(f"{copied.get(tumor, 0)} of {images[tumor]} {FACTS[tumor].label.lower()}" for tumor in FACTS)
    return (
        f"- **Copies.** {sum(copied.values())} of the {sum(images.values())} official test images are near-copies of "
        f"training images ({by_class}): {upright} lie the same way, the others are mirrored or upside down, altered in "
        f"size, brightness or contrast.\n"
        f"- **Wrong labels.** {len(found.label_conflicts)} pairs of copies have different labels, and a scan with a "
        f"tumor plain to see is among those without: {sum(found.disputed[Split.TEST].values())} test images, which are "
        "not left out."
    )


def copies_paragraph() -> str:
    """How well copies of training scans are told, in words."""
    found = CopiesReport.model_validate_json((PROJECT_DIR / "research" / "documentation" / "copies.json").read_text())
    altered = ", ".join(f"{share.value:.1%} {name}" for name, share in found.found.items())
    false = sum(share.count for share in found.false_matches.values())
    others = sum(share.total for share in found.false_matches.values())
    return (
        f"Of the {found.scans:,} scans that the networks saw, the service finds again {altered}. Of {others} scans of "
        f"which the audit knows no copy among them it takes {false} for one (`python -m research.pipeline copies`)."
    )


def _accuracy_without_copies(measured: Evaluation) -> list[str]:
    part = measured.without_copies
    if part is None:
        return []
    return [f"| accuracy on the {part.images} images that are no copy of a training image | {part.accuracy:.2%} |"]


def _other_source(measured: Evaluation) -> list[str]:
    if measured.other_source_tumors is None:
        return []
    found = f"{measured.other_source_tumors_found} of {measured.other_source_tumors}"
    return [f'| tumors found in scans of the source of most "no tumor" images | {found} |']


def _predict(client: httpx.Client, sample: str) -> dict[str, Any]:
    answer: dict[str, Any] = client.post(f"/api/v1/samples/{sample}/predictions").raise_for_status().json()
    return answer


def _draw(answers: list[dict[str, Any]]) -> None:
    """Put the heat-maps side by side."""
    panels = []
    for answer in answers:
        data = base64.b64decode(answer["heatmap"]["overlay"].partition(",")[2])
        with Image.open(BytesIO(data)) as overlay:
            width = round(overlay.width * _PANEL_HEIGHT / overlay.height)
            panels.append(overlay.convert("RGB").resize((width, _PANEL_HEIGHT), Image.Resampling.BICUBIC))
    strip = Image.new("RGB", (sum(panel.width + _GAP for panel in panels) - _GAP, _PANEL_HEIGHT), "white")
    x = 0
    for panel in panels:
        strip.paste(panel, (x, 0))
        x += panel.width + _GAP
    strip.save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
