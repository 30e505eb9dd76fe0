"""Headers, methods and errors of all routes, and the routes that return information only."""

import json
import re
import socket
from http.client import HTTPConnection
from io import BytesIO

import jsonschema
import pytest
from fastapi import FastAPI
from fastapi.responses import PlainTextResponse
from fastapi.testclient import TestClient
from PIL import Image
from starlette.routing import Route

from app.config.addresses import host_names
from app.config.settings import Settings
from app.models.classes import CLASSES
from app.routes.hosts import OwnHosts
from app.services.network.weights import file_sha256
from tests.conftest import MODEL_FILE, MODELS, sample_paths
from tests.support.likeness import alike
from tools.docs.accounts import account_answers
from tools.docs.answers import real_answers
from tools.docs.drift import drift_answers


class TestHeaders:
    @pytest.mark.parametrize("path", ["/health/live", "/api/v1/classes", "/nothing", "/docs", "/openapi.json"])
    def test_every_response_has_an_id_and_security_headers(self, client, path):
        headers = client.get(path).headers
        assert re.fullmatch(r"[0-9a-f]{32}", headers["x-request-id"])
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["x-frame-options"] == "DENY"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["cross-origin-opener-policy"] == "same-origin"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert "strict-transport-security" not in headers
        policy = headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"} <= set(policy)
        assert "server" not in headers

    def test_text_has_its_type_and_character_set(self, client):
        files = re.findall(r'(?:src|href)="(/static/page/[^"]+\.(?:js|css))"', client.get("/").text)
        kinds = {"js": "text/javascript", "css": "text/css"}
        assert {path.rpartition(".")[2] for path in files} == set(kinds)
        for path in ("/", "/model", "/docs", *files):
            kind = kinds.get(path.rpartition(".")[2], "text/html")
            assert client.get(path).headers["content-type"] == f"{kind}; charset=utf-8"

    def test_a_valid_request_id_is_returned(self, client):
        response = client.get("/health/live", headers={"X-Request-ID": "trace-0123456789"})
        assert response.headers["x-request-id"] == "trace-0123456789"

    @pytest.mark.parametrize("given", ["short", "x" * 200, "a b c d e f g h", "<script>alert(1)</script>"])
    def test_an_invalid_request_id_is_replaced(self, client, given):
        assert client.get("/health/live", headers={"X-Request-ID": given}).headers["x-request-id"] != given

    def test_responses_are_not_cacheable(self, client):
        assert client.get("/api/v1/classes").headers["cache-control"] == "no-store"

    @pytest.mark.parametrize("origin", ["http://localhost:3000", "https://my-app.example.org"])
    def test_an_allowed_origin_may_call(self, client, origin):
        preflight = client.options(
            "/api/v1/predictions", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
        )
        assert preflight.headers["access-control-allow-origin"] == origin
        answer = client.post("/api/v1/predictions", headers={"Origin": origin})
        assert answer.status_code == 422
        assert answer.headers["access-control-allow-origin"] == origin
        assert "X-Request-ID" in answer.headers["access-control-expose-headers"]

    @pytest.mark.parametrize("origin", ["https://elsewhere.example", "https://a.b.example.org"])
    def test_another_origin_may_not_call(self, client, origin):
        headers = client.get("/api/v1/classes", headers={"Origin": origin}).headers
        assert "access-control-allow-origin" not in headers


class TestNames:
    """No website can make its own name point to the service and use it (DNS rebinding)."""

    @pytest.mark.parametrize(
        "host", ["evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.nip.io", "a:b:c"]
    )
    @pytest.mark.parametrize("path", ["/", "/api/v1/models", "/static/docs/x", "/nothing"])
    def test_a_foreign_name_is_answered_with_421(self, client, host, path):
        answer = client.get(path, headers={"Host": host})
        assert (answer.status_code, answer.json()["type"]) == (421, "urn:problem:unknown-host")
        assert "ALLOWED_HOSTS" in answer.json()["detail"]
        assert "localhost" in answer.json()["accepted"]

    @pytest.mark.parametrize(
        "host", ["localhost", "LOCALHOST.:1", "127.0.0.1:8000", "[::1]:8000", "192.168.7.7", "mri.example.org", "a.lan"]
    )
    def test_own_names_and_addresses_are_accepted(self, host):
        settings = Settings(public_url="https://mri.example.org", allowed_hosts=("*.lan",))
        inner = FastAPI(routes=[Route("/", lambda request: PlainTextResponse())])
        inner.add_middleware(OwnHosts, names=host_names(settings))
        assert TestClient(inner).get("/", headers={"Host": host}).status_code == 200


class TestMethods:
    @pytest.mark.parametrize(
        ("path", "methods"),
        [
            ("/health/live", "GET, HEAD"),
            ("/api/v1/invitations", "GET, HEAD, POST"),
            ("/api/v1/sessions", "DELETE, GET, HEAD, POST"),
            ("/api/v1/sessions/current", "DELETE, GET, HEAD"),
            # Neighbouring routes have an id in this place; these words are not ids.
            ("/api/v1/sessions/second-factor", "POST"),
            ("/api/v1/history/export", "GET, HEAD"),
        ],
    )
    def test_a_wrong_method_is_answered_with_the_allowed_methods(self, client, path, methods):
        answer = client.put(path)
        assert answer.status_code == 405
        assert answer.headers["allow"] == methods
        assert answer.json()["accepted"] == methods.split(", ")
        assert client.delete(path).status_code == (404 if "DELETE" in methods else 405)
        assert client.request("TRACE", path).status_code == 405


class TestFraming:
    @pytest.mark.parametrize(
        "lengths",
        [
            "Content-Length: 5\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 5",
            "Content-Length: 5\r\nContent-Length: 40",
            "Transfer-Encoding: xchunked",
            "Content-Length: +5",
        ],
    )
    def test_a_request_whose_end_is_ambiguous_hides_no_second_one(self, server, lengths):
        hidden = "0\r\n\r\nGET /api/v1/classes HTTP/1.1\r\nHost: localhost\r\n\r\n"
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(f"POST /nothing HTTP/1.1\r\nHost: localhost\r\n{lengths}\r\n\r\n{hidden}".encode())
            answer = b""
            while data := connection.recv(65536):
                answer += data
        assert answer.startswith(b"HTTP/1.1 400")
        assert answer.count(b"HTTP/1.1 ") == 1


class TestEarlyAnswers:
    """An answer that comes before the body, as to a wrong path."""

    def test_the_rest_of_a_large_body_is_not_read(self, server):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            connection.sendall(b"POST /nothing HTTP/1.1\r\nHost: localhost\r\nContent-Length: 27000000000\r\n\r\n")
            assert b"connection: close" in connection.recv(4096).lower()
            with pytest.raises(OSError, match=r"reset|Broken pipe"):
                for _ in range(1000):
                    connection.sendall(bytes(100_000))

    def test_a_connection_with_a_small_body_can_be_used_again(self, server):
        connection = HTTPConnection("127.0.0.1", server.port, timeout=30)
        for _ in range(2):
            connection.request("POST", "/nothing", bytes(500_000))
            answer = connection.getresponse()
            assert (answer.status, answer.will_close) == (404, False)
            answer.read()
        connection.close()


class TestForms:
    @pytest.mark.parametrize("path", ["/", "/model", "/openapi.json", "/health/ready", "/api/v1/models", "/nothing"])
    def test_head_is_answered_like_get_and_a_slash_at_the_end_changes_nothing(self, client, path):
        # Identity, because times and ids in a body change its compressed length.
        plain = {"Accept-Encoding": "identity"}
        got = client.get(path, headers=plain)
        for method, address in (("HEAD", path), ("GET", path.rstrip("/") + "/"), ("HEAD", path.rstrip("/") + "/")):
            answer = client.request(method, address, headers=plain)
            assert answer.status_code == got.status_code
            assert answer.headers["content-type"] == got.headers["content-type"]
            assert answer.headers["content-length"] == got.headers["content-length"]
            assert len(answer.content) == (0 if method == "HEAD" else len(got.content))

    def test_a_form_may_be_posted_to_a_path_with_a_slash_at_the_end(self, client, sample):
        answer = client.post("/api/v1/predictions/", files={"file": sample}, follow_redirects=False)
        assert answer.json()["prediction"]["class"] == "meningioma"

    def test_answers_are_compressed_unless_they_hold_secrets_or_pictures(self, client):
        for path, compressed in {
            "/api/v1/models": True,
            "/openapi.json": True,
            "/api/v1/samples/Te-gl_0014.jpg": False,
            "/api/v1/sessions/current": False,
        }.items():
            answer = client.get(path, headers={"Accept-Encoding": "gzip"})
            assert (answer.headers.get("content-encoding") == "gzip") == compressed, path
        assert "content-encoding" not in client.get("/api/v1/models", headers={"Accept-Encoding": "identity"}).headers

    def test_files_of_the_page_are_stored_for_good_at_an_address_with_their_hash(self, client):
        addresses = re.findall(r"/static/page/[0-9a-f]{16}/[\w.-]+", client.get("/").text)
        assert len(addresses) >= 3
        for address in addresses:
            assert client.get(address).headers["cache-control"] == "public, max-age=31536000, immutable"
            assert client.put(address).headers["allow"] == "GET, HEAD"


class TestCapabilities:
    def test_they_are_those_of_the_other_routes(self, client):
        found = client.get("/api/v1/capabilities").json()
        models = client.get("/api/v1/models").json()
        assert (found["default_model"], found["models"]) == (
            models["default"],
            [model["name"] for model in models["models"]],
        )
        assert found["heatmap_methods"] == {model["name"]: model["heatmap_methods"] for model in models["models"]}
        assert found["limits"]["upload_bytes"] == 10_000_000
        off = dict.fromkeys(("accounts", "history", "images", "gemini", "drift"), False)
        assert found["features"] == {"studies": True, **off}


class TestHealth:
    def test_liveness_and_readiness(self, client):
        assert client.get("/health/live").json() == {"status": "alive"}
        assert client.get("/health/ready").json() == {"status": "ready", "database": None}


class TestReports:
    @pytest.mark.parametrize("model", MODELS)
    def test_the_report_is_the_file_beside_the_weights(self, client, model):
        report = client.get(f"/api/v1/models/{model}/report").raise_for_status().json()
        assert report == json.loads((MODEL_FILE.parent / f"{model}_report.json").read_text())
        assert report["sha256"] == MODELS[model].sha256

    def test_an_unknown_model_has_no_report(self, client):
        assert client.get("/api/v1/models/vgg/report").status_code == 404


class TestClasses:
    def test_the_four_classes_are_in_the_order_of_the_model(self, client):
        classes = client.get("/api/v1/classes").json()["classes"]
        assert [entry["id"] for entry in classes] == list(CLASSES)
        for entry in classes:
            assert entry["name"]
            assert entry["description"]
            assert len(entry["characteristics"]) >= 3


class TestModels:
    def test_models_are_listed_from_their_metadata(self, client):
        body = client.get("/api/v1/models").json()
        assert body["default"] == "xception"
        assert [model["name"] for model in body["models"]] == list(MODELS)
        for model in body["models"]:
            metadata = MODELS[model["name"]]
            assert metadata.evaluation is not None
            assert model["sha256"] == file_sha256(MODEL_FILE.parent / metadata.weights)
            assert model["input"] == metadata.input.model_dump()
            assert model["evaluation"]["images"] == 1311
            assert model["evaluation"]["accuracy"] == metadata.evaluation.accuracy


class TestSampleImages:
    def test_every_sample_is_listed(self, client):
        samples = client.get("/api/v1/samples").json()["samples"]
        assert [sample["name"] for sample in samples] == [path.name for path in sample_paths()]
        assert {sample["class"] for sample in samples} == set(CLASSES)

    def test_every_sample_is_served_unchanged(self, client):
        for sample in client.get("/api/v1/samples").json()["samples"]:
            response = client.get(sample["url"])
            assert response.headers["content-type"] == "image/jpeg"
            assert len(response.content) == sample["bytes"]
            with Image.open(BytesIO(response.content)) as image:
                assert image.size == (sample["width"], sample["height"])

    @pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
    def test_a_known_entity_tag_is_answered_with_304(self, client, form):
        first = client.get("/api/v1/samples/Te-gl_0014.jpg")
        assert "max-age" in first.headers["cache-control"]
        tag = form.format(first.headers["etag"])
        second = client.get("/api/v1/samples/Te-gl_0014.jpg", headers={"If-None-Match": tag})
        assert (second.status_code, second.content) == (304, b"")
        assert second.headers["etag"] == first.headers["etag"]

    def test_an_unknown_entity_tag_is_answered_with_the_file(self, client):
        response = client.get("/api/v1/samples/Te-gl_0014.jpg", headers={"If-None-Match": '"other"'})
        assert response.status_code == 200

    @pytest.mark.parametrize("name", ["Te-gl_9999.jpg", "..%2f..%2fmodels%2fxception_model.json", "%00", "a" * 2000])
    def test_no_other_file_can_be_read(self, client, name):
        assert client.get(f"/api/v1/samples/{name}").status_code == 404


class TestDocs:
    @pytest.mark.parametrize("page", ["/docs", "/redoc"])
    def test_a_page_loads_everything_from_this_server(self, client, page):
        html = client.get(page).text
        urls = re.findall(r'(?:src|href)="([^"]+)"', html)
        assert urls
        links = [url for url in urls if not url.startswith("/static/")]
        assert {"/", "/evaluate", "/model", "/docs"} <= set(links)
        assert all(url.startswith("/") and not url.startswith("//") for url in links)
        for url in urls:
            assert client.get(url).status_code == 200

    def test_every_operation_has_a_summary_and_a_description(self, client):
        paths = client.get("/openapi.json").json()["paths"]
        operations = [operation for path in paths.values() for operation in path.values()]
        assert operations
        for operation in operations:
            assert operation["summary"]
            assert operation["description"]
            assert "_" in operation["operationId"]

    def test_it_describes_this_service(self, client):
        document = client.get("/openapi.json").json()
        operations = [operation for path in document["paths"].values() for operation in path.values()]
        assert "securitySchemes" not in document["components"]
        assert not any("security" in operation for operation in operations)
        assert {tag for operation in operations for tag in operation["tags"]} == {
            tag["name"] for tag in document["tags"] if tag["description"]
        }
        for operation in operations:
            [good] = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            assert good["description"] != "Successful Response"
        predict = document["paths"]["/api/v1/predictions"]["post"]
        [model] = [parameter for parameter in predict["parameters"] if parameter["name"] == "model"]
        assert model["schema"]["anyOf"][0]["enum"] == sorted(MODELS)
        body = predict["requestBody"]["content"]["multipart/form-data"]["schema"]["$ref"].rpartition("/")[2]
        assert document["components"]["schemas"][body]["properties"]["file"]["format"] == "binary"

    def test_every_response_has_a_real_example_that_matches_its_schema(self, client):
        document = client.get("/openapi.json").json()
        current = {**real_answers(client), **account_answers(), **drift_answers()}
        shown = set()
        for path in document["paths"].values():
            for operation in path.values():
                name = operation["operationId"]
                [answer] = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
                for media_type, content in answer.get("content", {}).items():
                    if media_type == "application/json":
                        schema = {**content["schema"], "components": document["components"]}
                        jsonschema.validate(content["example"], schema)
                        assert content["example"].keys() == current[name].keys()
                        # The tests of drift are random, and records have ids and times.
                        if (
                            name.startswith(("list", "get"))
                            and operation["tags"] != ["history"]
                            and name != "get_drift"
                        ):
                            assert alike(content["example"], current[name]), name
                        shown.add(name)
        assert shown == current.keys()

    def test_every_error_is_a_documented_problem_with_an_example(self, client):
        paths = client.get("/openapi.json").json()["paths"]
        seen = set()
        for path, operations in paths.items():
            # The Open Inference Protocol has errors of its own form.
            own = path.startswith("/v2")
            form = ("application/json", "InferenceFault") if own else ("application/problem+json", "ProblemBody")
            for operation in operations.values():
                for status, response in operation["responses"].items():
                    if status.startswith(("4", "5")):
                        [(media_type, content)] = response["content"].items()
                        assert (media_type, content["schema"]["$ref"].rpartition("/")[2]) == form
                        assert content["examples"]
                        seen.add(status)
        assert seen >= {"400", "404", "408", "413", "415", "422", "503"}
