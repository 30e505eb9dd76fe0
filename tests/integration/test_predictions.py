"""Predictions over HTTP, from a real server process."""

import base64
import json
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from zipfile import ZIP_LZMA

import httpx
import numpy as np
import pytest
from PIL import Image

from app.models.classes import CLASSES, DISCLAIMER, FACTS
from tests.conftest import MODELS, SAMPLES_DIR, sample_paths
from tests.support.images import empty_png, encode, png16, zipped
from tests.support.server import RunningServer

URL = "/api/v1/predictions"


def post(client: httpx.Client, data: bytes, name: str = "scan", **query: str) -> httpx.Response:
    return client.post(URL, files={"file": (name, data, "application/octet-stream")}, params=query)


def overlay(body: dict[str, Any]) -> Image.Image:
    prefix, _, data = body["heatmap"]["overlay"].partition(",")
    assert prefix == "data:image/png;base64"
    return Image.open(BytesIO(base64.b64decode(data)))


def assert_problem(response: httpx.Response, status: int, slug: str) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert body["type"] == f"urn:problem:{slug}"
    assert body["status"] == status
    assert body["title"]
    assert body["instance"] == response.request.url.path
    assert body["request_id"] == response.headers["x-request-id"]
    return body


class TestSamples:
    @pytest.mark.parametrize("path", sample_paths(), ids=lambda path: path.name)
    @pytest.mark.parametrize("model", MODELS)
    def test_no_sample_image_is_answered_wrongly(self, client, model, path):
        body = post(client, path.read_bytes(), model=model).raise_for_status().json()
        expected = {facts.file_code: tumor for tumor, facts in FACTS.items()}[path.name[3:5]]
        if body["decision"] == "answer":
            assert body["prediction"]["class"] == expected
        else:
            assert (body["decision"], expected in body["prediction_set"]["classes"]) == ("uncertain", True)
        with Image.open(path) as image, overlay(body) as drawn:
            assert drawn.size == image.size

    def test_a_sample_by_name_gives_the_same_prediction(self, client, sample):
        by_name = client.post("/api/v1/samples/Te-me_0016.jpg/predictions").raise_for_status().json()
        uploaded = post(client, sample).json()
        for key in ("model", "prediction", "probabilities", "heatmap", "explanation", "image", "warnings"):
            assert by_name[key] == uploaded[key]

    def test_an_unknown_sample_is_answered_with_404(self, client):
        assert_problem(client.post("/api/v1/samples/Te-me_9999.jpg/predictions"), 404, "not-found")


class TestBody:
    def test_the_body_follows_the_contract(self, client, sample):
        body = post(client, sample).json()
        assert list(body) == [
            *("id", "model", "prediction", "probabilities"),
            *("decision", "in_distribution", "gate", "prediction_set", "prediction_sets"),
            *("heatmap", "explanation", "image", "acquisition", "agreement", "quality", "display", "timing_ms"),
            *("warnings", "disclaimer", "created_at"),
        ]
        assert [entry["class"] for entry in body["probabilities"]] == list(CLASSES)
        assert sum(entry["probability"] for entry in body["probabilities"]) == pytest.approx(1)
        top = max(body["probabilities"], key=lambda entry: entry["probability"])
        assert body["prediction"] == {
            "class": top["class"],
            "label": top["label"],
            "confidence": top["probability"],
        }
        assert body["heatmap"]["method"] == "place"
        assert body["heatmap"]["layer"] == "block14_sepconv2_act"
        assert all(0 <= body["heatmap"]["focus"][key] <= 1 for key in ("x", "y", "area"))
        assert body["explanation"]["source"] == "built-in"
        assert body["explanation"]["notice"] is None
        assert body["image"] == {"width": 290, "height": 339, "format": "JPEG", "mode": "RGB"}
        assert {body["acquisition"][part]["label"] for part in ("sequence", "plane")} == {"T1 with contrast", "coronal"}
        assert body["warnings"] == []
        assert body["disclaimer"] == DISCLAIMER
        assert body["created_at"].endswith("Z")
        assert datetime.now(UTC) - datetime.fromisoformat(body["created_at"]) < timedelta(minutes=1)

    def test_the_times_of_the_steps_add_up(self, client, sample):
        timing = post(client, sample).json()["timing_ms"]
        steps = sum(timing[step] for step in ("wait", "read", "forward", "heatmap", "explanation"))
        assert 0 < timing["forward"] < steps <= timing["total"] + 0.1

    def test_ids_differ_and_predictions_do_not(self, client, sample):
        first, second = post(client, sample).json(), post(client, sample).json()
        assert first["id"] != second["id"]
        assert first["probabilities"] == second["probabilities"]


@pytest.fixture(scope="module")
def as_form(server: RunningServer) -> Any:
    """The probabilities of the sample, sent in a form."""
    with server.client() as client:
        return post(client, (SAMPLES_DIR / "Te-me_0016.jpg").read_bytes()).json()["probabilities"]


class TestWithoutForm:
    """What front ends send first: the file itself, base64, a data URL."""

    @pytest.mark.parametrize("media_type", ["image/jpeg", "image/dicom-rle; x=y", "application/octet-stream"])
    def test_a_file_as_the_body(self, client, sample, as_form, media_type):
        answer = client.post(URL, content=sample, headers={"Content-Type": media_type}, params={"heatmap": "false"})
        assert answer.json()["probabilities"] == as_form
        assert answer.json()["image"]["format"] == "JPEG"

    def test_a_file_in_json(self, client, sample, as_form):
        encoded, for_addresses = base64.b64encode(sample).decode(), base64.urlsafe_b64encode(sample).decode()
        lines = base64.encodebytes(sample).decode()
        for text in (f"data:image/jpeg;base64,{encoded}", for_addresses.rstrip("="), lines):
            answer = client.post(URL, json={"file": text}, params={"heatmap": "false"})
            assert answer.json()["probabilities"] == as_form

    def test_a_report(self, client, sample):
        report = client.post("/api/v1/reports", content=sample, headers={"Content-Type": "image/jpeg"})
        assert report.content.startswith(b"%PDF")


class TestCache:
    def test_the_same_file_again_gives_the_same_prediction_without_computing(self, tmp_path, sample):
        with RunningServer(CACHE_MB="32", UPLOADS_DIR=str(tmp_path)) as server, server.client() as client:
            first, second = (post(client, sample).json() for _ in range(2))
            for key in ("model", "prediction", "probabilities", "heatmap", "explanation", "image", "warnings"):
                assert first[key] == second[key]
            assert first["id"] != second["id"]
            assert first["timing_ms"]["forward"] > 0
            assert second["timing_ms"]["forward"] == 0
            assert post(client, sample, heatmap="false").json()["heatmap"] is None
            assert post(client, sample, target="glioma").json()["heatmap"]["target"] == "glioma"


class TestOptions:
    def test_the_heatmap_can_be_left_out(self, client, sample):
        body = post(client, sample, heatmap="false").json()
        assert body["heatmap"] is None
        assert body["prediction"]["class"] == "meningioma"

    @pytest.mark.parametrize(
        ("kind", "parts"),
        [("true", {"overlay"}), ("layer", {"heat"}), ("grid", {"grid"}), ("none", None)],
    )
    def test_the_heatmap_has_the_requested_form(self, client, sample, kind, parts):
        heatmap = post(client, sample, heatmap=kind).json()["heatmap"]
        forms = ("overlay", "heat", "grid")
        assert (heatmap and {form for form in forms if heatmap[form] is not None}) == parts
        if kind == "grid":
            grid = np.array(heatmap["grid"])
            assert (grid.shape, grid.min() >= 0, grid.max() <= 1) == ((10, 10), True, True)

    def test_the_layer_over_the_scan_is_the_overlay(self, client):
        path = SAMPLES_DIR / "Te-gl_0014.jpg"
        expected = overlay(post(client, path.read_bytes()).json())
        data = post(client, path.read_bytes(), heatmap="layer").json()["heatmap"]["heat"].partition(",")[2]
        with Image.open(path) as scan, Image.open(BytesIO(base64.b64decode(data))) as heat:
            assert heat.mode == "RGBA"
            seen = Image.alpha_composite(scan.convert("RGBA"), heat).convert("RGB")
            assert np.abs(np.asarray(seen, int) - np.asarray(expected, int)).max() <= 1

    @pytest.mark.parametrize("target", CLASSES)
    def test_any_class_can_have_the_heatmap(self, client, sample, target):
        body = post(client, sample, target=target).json()
        assert body["heatmap"]["target"] == target
        assert body["prediction"]["class"] == "meningioma"

    def test_another_target_has_another_heatmap(self, client, sample):
        overlays = {post(client, sample, target=target).json()["heatmap"]["overlay"] for target in CLASSES}
        assert len(overlays) > 1

    @pytest.mark.parametrize("model", MODELS)
    def test_a_model_can_be_named(self, client, sample, model):
        metadata = MODELS[model]
        body = post(client, sample, model=model).json()
        assert body["model"] == {"name": model, "version": metadata.version}
        assert body["heatmap"]["layer"] == metadata.feature_map.layer

    def test_explain_without_a_key_gives_a_notice(self, client, sample):
        explanation = post(client, sample, explain="true").json()["explanation"]
        assert explanation["source"] == "built-in"
        assert "not set up" in explanation["notice"]

    def test_several_views_report_their_agreement(self, client, sample):
        one, several = (
            client.post(URL, params={"views": views}, files={"file": ("scan.jpg", sample)}).json() for views in (1, 3)
        )
        assert one["agreement"] is None
        assert several["agreement"]["views"] == 3
        assert several["agreement"]["agreeing"] == 1
        assert several["probabilities"] == one["probabilities"]

    @pytest.mark.parametrize("views", ["0", "6", "many"])
    def test_an_invalid_number_of_views_is_rejected(self, client, sample, views):
        response = client.post(URL, params={"views": views}, files={"file": ("scan.jpg", sample)})
        assert response.status_code == 422
        assert "views" in response.json()["detail"]


class TestQuality:
    def test_a_good_scan_passes_every_measure(self, client, sample):
        quality = client.post(URL, files={"file": ("scan.jpg", sample)}).json()["quality"]
        assert len(quality) == 10
        assert all(measure["ok"] for measure in quality)

    def test_a_failed_measure_is_a_warning(self, client):
        image = Image.open(SAMPLES_DIR / "Te-me_0016.jpg").point(lambda value: value / 6)
        answer = client.post(URL, files={"file": ("scan.png", encode(image, "PNG"))}).json()
        bad = [measure["name"] for measure in answer["quality"] if not measure["ok"]]
        assert bad == ["too-dark"]
        assert "too-dark" in [warning["code"] for warning in answer["warnings"]]


class TestWarnings:
    def test_an_image_outside_gets_no_advice_about_a_head(self, client, rng):
        photo = Image.fromarray(rng.integers(0, 255, (300, 900, 3), np.uint8))
        body = post(client, encode(photo, "PNG")).json()
        assert body["decision"] == "outside"
        assert {"aspect-ratio", "colour"} <= {measure["name"] for measure in body["quality"] if not measure["ok"]}
        assert "not-a-brain-mri" in {warning["code"] for warning in body["warnings"]}
        assert not {measure["name"] for measure in body["quality"]} & {warning["code"] for warning in body["warnings"]}

    def test_only_the_first_frame_of_an_animation_is_read(self, client):
        frames = [Image.new("L", (300, 300), value) for value in (80, 160)]
        data = encode(frames[0], "GIF", save_all=True, append_images=frames[1:])
        body = post(client, data).json()
        assert "first-frame" in [warning["code"] for warning in body["warnings"]]
        assert body["image"]["format"] == "GIF"

    def test_a_16_bit_scan_is_scaled_by_its_range(self, client):
        with Image.open(SAMPLES_DIR / "Te-me_0016.jpg") as image:
            twelve_bits = np.asarray(image.convert("L")).astype(np.uint16)[..., None] * 16
        body = post(client, png16(twelve_bits)).json()
        assert body["image"]["mode"] == "I;16"
        assert body["prediction"]["class"] == "meningioma"

    def test_a_large_scan_has_a_bounded_overlay(self, client, sample):
        body = post(client, encode(Image.open(BytesIO(sample)).resize((5000, 4000)), "JPEG")).json()
        assert body["image"]["width"] == 5000
        assert overlay(body).size == (1024, 819)


class TestErrors:
    """Each row of the table of errors."""

    def test_400_zero_bytes(self, client):
        body = assert_problem(post(client, b""), 400, "unreadable-image")
        assert "0 bytes" in body["detail"]

    def test_400_no_image_whatever_the_file_name(self, client):
        response = client.post(URL, files={"file": ("scan.jpg", b"just text", "image/jpeg")})
        assert "not an image" in assert_problem(response, 400, "unreadable-image")["detail"]

    def test_400_truncated(self, client, sample):
        body = assert_problem(post(client, sample[: len(sample) // 2]), 400, "unreadable-image")
        assert "cut off" in body["detail"]

    def test_400_no_pixels(self, client):
        assert_problem(post(client, empty_png(0, 0)), 400, "unreadable-image")

    def test_400_a_broken_form(self, client):
        headers = {"Content-Type": "multipart/form-data"}
        assert_problem(client.post(URL, content=b"x", headers=headers), 400, "malformed-request")

    @pytest.mark.parametrize("content", [b"file=text", b"\xff\xd8\xff\xe0"])
    def test_400_a_form_without_files(self, client, content):
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        body = assert_problem(client.post(URL, content=content, headers=headers), 400, "malformed-request")
        assert "curl -F file=@" in body["detail"]

    def test_404_an_unknown_model(self, client, sample):
        body = assert_problem(post(client, sample, model="vgg"), 404, "not-found")
        assert body["accepted"] == sorted(MODELS)

    def test_404_an_unknown_path(self, client):
        assert_problem(client.get("/api/v1/nothing"), 404, "not-found")

    def test_405_a_wrong_method(self, client):
        response = client.get(URL)
        assert assert_problem(response, 405, "method-not-allowed")["accepted"] == ["POST"]
        assert response.headers["allow"] == "POST"

    def test_413_too_many_pixels(self, client):
        body = assert_problem(post(client, empty_png(20_000, 20_000)), 413, "too-large")
        assert "400 megapixels" in body["detail"]
        assert body["limit"] == 25_000_000

    def test_413_too_many_bytes(self, client):
        body = assert_problem(post(client, b"\xff\xd8\xff" + bytes(10_000_001)), 413, "too-large")
        assert "10,000,004 bytes; at most 10,000,000" in body["detail"]

    def test_413_comes_without_reading_a_large_body(self, client):
        assert_problem(post(client, bytes(60_000_000)), 413, "too-large")

    def test_413_while_streaming_without_a_declared_length(self, client):
        def endless():
            yield b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n'
            for _ in range(1000):
                yield bytes(64 * 1024)

        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        assert_problem(client.post(URL, content=endless(), headers=headers), 413, "too-large")

    def test_413_two_files_instead_of_one(self, client, sample):
        files = [("file", ("a", sample)), ("file", ("b", sample))]
        assert "at most 1" in assert_problem(client.post(URL, files=files), 413, "too-large")["detail"]

    def test_415_lists_the_accepted_formats(self, client):
        body = assert_problem(post(client, b"%PDF-1.7\n"), 415, "unsupported-format")
        assert "PDF" in body["detail"]
        assert "JPEG" in body["accepted"]

    @pytest.mark.parametrize("charset", ["undefined", "punycode", "utf-7"])
    def test_422_a_form_in_another_character_set(self, client, sample, charset):
        request = client.build_request("POST", "/api/v1/predictions/batch", files={"files": ("+2AA-", sample)})
        request.headers["content-type"] += f"; charset={charset}"
        body = client.send(request).json()
        assert (body["status"], body["accepted"]) == (422, ["utf-8"])

    def test_422_an_invalid_parameter(self, client, sample):
        body = assert_problem(post(client, sample, target="cyst"), 422, "invalid-parameters")
        assert body["errors"][0]["location"] == "query.target"
        assert "'glioma'" in body["detail"]

    def test_422_an_unknown_parameter(self, client, sample):
        body = assert_problem(post(client, sample, heatmp="false"), 422, "invalid-parameters")
        assert body["errors"][0]["location"] == "query.heatmp"

    @pytest.mark.parametrize(
        ("sent", "words"),
        [
            ({"image": "x"}, "only the text field `file`"),
            ({"file": 1}, "only the text field `file`"),
            ({"file": "data:image/png,%89PNG"}, "this data URL is not in base64"),
            ({"file": "not base64!"}, "body.file: this is not base64"),
        ],
    )
    def test_422_json_without_an_image(self, client, sent, words):
        body = assert_problem(client.post(URL, json=sent), 422, "invalid-parameters")
        assert words in body["detail"]
        assert "base64 or as a data URL" in body["detail"]

    def test_413_too_many_bytes_in_base64(self, client):
        encoded = base64.b64encode(b"\xff\xd8\xff" + bytes(10_000_001)).decode()
        body = assert_problem(client.post(URL, json={"file": encoded}), 413, "too-large")
        assert "10,000,004 bytes; at most 10,000,000" in body["detail"]
        body = assert_problem(client.post(URL, json={"file": encoded * 2}), 413, "too-large")
        assert "at most 1 file of 10 MB" in body["detail"]

    @pytest.mark.parametrize("request_body", [{}, {"json": {"file": "x"}}])
    def test_422_no_file(self, client, request_body):
        body = assert_problem(client.post(URL, **request_body), 422, "invalid-parameters")
        assert "curl -F file=@" in body["detail"]

    def test_400_a_form_without_files_is_not_read(self, client):
        sent = []

        def ampersands():
            for _ in range(1500):
                sent.append(100_000)
                yield b"&" * 100_000

        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        answer = client.post("/api/v1/predictions/batch", content=ampersands(), headers=headers)
        assert_problem(answer, 400, "malformed-request")
        assert sum(sent) < 50_000_000

    def test_an_error_repeats_no_input(self, client):
        response = client.post(URL, data={"file": "Jane Doe"}, files={"patient-jane-doe": ("jane.png", b"x")})
        assert "ane" not in response.text


class TestBatch:
    URL = "/api/v1/predictions/batch"

    def post(self, client: httpx.Client, *contents: bytes, **query: str) -> httpx.Response:
        files = [("files", (f"{number}.jpg", content)) for number, content in enumerate(contents)]
        return client.post(self.URL, files=files, params=query)

    def test_results_are_in_the_order_of_the_files(self, client):
        names = ["Te-gl_0014.jpg", "Te-no_0023.jpg", "Te-pi_0014.jpg"]
        body = self.post(client, *((SAMPLES_DIR / name).read_bytes() for name in names), heatmap="false").json()
        assert (body["succeeded"], body["failed"]) == (3, 0)
        answers = [result["prediction"]["prediction"]["class"] for result in body["results"]]
        assert answers == ["glioma", "notumor", "pituitary"]
        assert [result["index"] for result in body["results"]] == [0, 1, 2]

    def test_a_bad_file_does_not_affect_the_others(self, client, sample):
        bad = [b"", b"text", empty_png(20_000, 20_000), bytes(10_000_001), b"%PDF-1.4"]
        response = self.post(client, sample, *bad, sample)
        body = response.json()
        assert response.status_code == 200
        assert (body["succeeded"], body["failed"]) == (2, 5)
        assert [result["problem"] and result["problem"]["status"] for result in body["results"]] == [
            *(None, 400, 400, 413, 413, 415, None)
        ]
        for result in body["results"]:
            assert (result["prediction"] is None) != (result["problem"] is None)

    def test_the_largest_batch_is_accepted(self, client, sample):
        assert self.post(client, *[sample] * 16, heatmap="false").json()["succeeded"] == 16

    def test_a_larger_batch_is_rejected(self, client, sample):
        body = assert_problem(self.post(client, *[sample] * 17), 413, "too-large")
        assert body["limit"] == 16

    def test_a_zip_archive_counts_as_the_pictures_in_it(self, client, sample):
        packed = zipped(
            {
                "b/deep/er/Te-gl_0014.jpg": (SAMPLES_DIR / "Te-gl_0014.jpg").read_bytes(),
                "../a.jpg": sample,
                "c.txt": b"text",
                "inner.zip": zipped({"d.jpg": sample}),
                "__MACOSX/._a.jpg": b"",
                ".DS_Store": b"",
            }
        )
        body = self.post(client, sample, packed, heatmap="false").raise_for_status().json()
        assert [
            (result["name"], (result["prediction"] or result["problem"]).get("decision", "problem"))
            for result in body["results"]
        ] == [
            ("0.jpg", "answer"),
            ("../a.jpg", "answer"),
            ("b/deep/er/Te-gl_0014.jpg", "answer"),
            ("c.txt", "problem"),
            ("inner.zip", "problem"),
        ]
        assert [result["index"] for result in body["results"]] == [0, 1, 2, 3, 4]

    def test_a_zip_archive_has_the_limits_of_a_batch(self, client, sample):
        body = assert_problem(self.post(client, zipped({f"{n}.jpg": sample for n in range(17)})), 413, "too-large")
        assert body["limit"] == 16
        assert_problem(self.post(client, sample, zipped({f"{n}.jpg": sample for n in range(16)})), 413, "too-large")
        bomb = zipped({"a.png": bytes(200_000_000), "b.png": empty_png(20_000, 20_000), "c.jpg": sample})
        assert len(bomb) < 300_000
        results = self.post(client, bomb, heatmap="false").json()["results"]
        assert [result["problem"] and result["problem"]["status"] for result in results] == [413, 413, None]

    def test_an_unusable_zip_archive_does_not_affect_the_others(self, client, sample):
        whole = zipped({"a.jpg": sample})
        flipped = bytearray(whole)
        flipped[len(sample) // 2] ^= 255
        encrypted = bytearray(whole)
        encrypted[encrypted.index(b"PK\1\2") + 8] |= 1
        bad = [whole[:2000], zipped({}), bytes(flipped), bytes(encrypted), zipped({"a.jpg": sample}, ZIP_LZMA)]
        body = self.post(client, *bad, sample, heatmap="false").raise_for_status().json()
        words = ("cut off", "no files", "damaged in", "password", "unusual", "")
        for result, word in zip(body["results"], words, strict=True):
            assert word in (result["problem"] or {"detail": ""})["detail"]
        assert (body["succeeded"], body["failed"]) == (1, 5)

    def test_the_error_for_a_zip_archive_as_a_single_picture_names_the_batch(self, client, sample):
        body = assert_problem(post(client, zipped({"a.jpg": sample})), 415, "unsupported-format")
        assert self.URL in body["detail"]

    def test_an_empty_batch_is_rejected(self, client):
        assert_problem(client.post(self.URL), 422, "invalid-parameters")

    def test_an_unknown_model_fails_the_whole_batch(self, client, sample):
        assert_problem(self.post(client, sample, model="vgg"), 404, "not-found")


class TestPrivacy:
    def test_neither_file_names_nor_paths_nor_results_are_logged(self, server, client, sample):
        post(client, sample, name="patient-jane-doe.jpg")
        post(client, b"no image", name="patient-jane-doe.jpg")
        client.get("/api/v1/samples/patient-jane-doe.jpg")
        client.get("/patient-jane-doe")
        client.post(URL, params={"patient": "jane-doe"})
        assert "doe" not in server.log
        assert "meningioma" not in server.log

    def test_each_request_is_one_log_line_with_its_id(self, server, client, sample):
        request_id = post(client, sample).headers["x-request-id"]
        lines = [json.loads(line) for line in server.log.splitlines() if line.startswith("{") and request_id in line]
        [line] = [line for line in lines if line["event"] == "request"]
        assert (line["method"], line["route"], line["status"]) == ("POST", URL, 200)
        assert line["ms"] > 0
