"""The documents and the deployment files agree with the code."""

import json
import re
from typing import Any

import httpx
import jsonschema
import pytest
import yaml

from app.cli.main import main
from app.config.settings import PROJECT_DIR, Settings
from app.models.problems import Problem
from app.routes.api_docs import EXAMPLES_FILE
from tests.support.likeness import alike
from tools.docs.answers import EXAMPLE_SAMPLE, predict, shortened
from tools.docs.parts import README, filled, parts

PARTS = parts()
DOCKERFILE = (PROJECT_DIR / "Dockerfile").read_text()

# The requirements of render.com's blueprint specification for a web service built from a Dockerfile.
RENDER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["services"],
    "properties": {
        "services": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["type", "name", "runtime"],
                "properties": {
                    "type": {"const": "web"},
                    "name": {"type": "string"},
                    "runtime": {"const": "docker"},
                    "dockerfilePath": {"type": "string"},
                    "plan": {"enum": ["free", "starter", "standard", "pro", "pro plus", "pro max", "pro ultra"]},
                    "healthCheckPath": {"type": "string", "pattern": "^/"},
                    "maxShutdownDelaySeconds": {"type": "integer", "minimum": 1, "maximum": 300},
                    "envVars": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": False,
                            "required": ["key"],
                            "properties": {
                                "key": {"type": "string"},
                                "value": {"type": "string"},
                                "sync": {"const": False},
                            },
                            "oneOf": [{"required": ["value"]}, {"required": ["sync"]}],
                        },
                    },
                },
            },
        }
    },
}


def page(name: str) -> str:
    """A page of the reference."""
    return (PROJECT_DIR / "docs" / "reference" / f"{name}.md").read_text()


class TestParts:
    @pytest.mark.parametrize("path", list(PARTS), ids=lambda path: path.name)
    def test_every_generated_part_is_current(self, path):
        assert filled(path, PARTS[path]) == path.read_text()

    def test_the_full_response_is_the_services(self, client: httpx.Client):
        stated = json.loads(EXAMPLES_FILE.read_text())["create_prediction"]
        actual = shortened(predict(client, EXAMPLE_SAMPLE))
        assert stated.keys() == actual.keys()
        for key in ("model", "image", "warnings", "disclaimer"):
            assert stated[key] == actual[key]
        for key in ("prediction", "explanation"):
            assert alike(stated[key], actual[key]), key


class TestReference:
    def test_every_setting_is_documented(self):
        named = re.findall(r"^\| `([A-Z0-9_]+)` \|", page("settings"), re.MULTILINE)
        assert sorted(name.lower() for name in named) == sorted(Settings.model_fields)

    def test_every_problem_is_documented(self):
        named = set(re.findall(r"`urn:problem:([a-z-]+)`", page("errors")))
        assert named == {kind.slug for kind in Problem.__subclasses__()}

    def test_every_operation_is_documented(self, client: httpx.Client):
        named = set(re.findall(r"^### `([A-Z]+) (\S+)`$", page("api"), re.MULTILINE))
        paths = client.get("/openapi.json").json()["paths"]
        assert named == {(method.upper(), path) for path, methods in paths.items() for method in methods}

    def test_every_command_is_documented(self):
        for command in re.findall(r"^## `btc ([a-z ]+)`$", page("cli"), re.MULTILINE):
            with pytest.raises(SystemExit) as ended:
                main([*command.split(), "--help"])
            assert ended.value.code == 0, command


class TestReadme:
    def test_it_is_short(self):
        assert len(README.read_text().splitlines()) <= 150


class TestCode:
    def test_the_files_that_the_documents_name_are_there(self):
        for document in (README, *(PROJECT_DIR / "docs").glob("*/*.md")):
            for name in re.findall(
                r"`((?:app|benchmarks|clients|deploy|models|research|tests|tools)/[\w./-]+)`", document.read_text()
            ):
                made_by_users = name.startswith(("research/runs", "deploy/tls", "deploy/service.env"))
                assert (PROJECT_DIR / name).exists() or made_by_users, (document.name, name)


class TestDockerfile:
    def test_what_it_copies_is_there_and_not_ignored(self):
        kept = {line[1:] for line in (PROJECT_DIR / ".dockerignore").read_text().splitlines() if line.startswith("!")}
        copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
        sources = {source for line in copied for source in line.split()}
        assert sources == kept
        for source in sources:
            assert list(PROJECT_DIR.glob(source)), source

    def test_it_runs_as_a_user_without_rights_on_the_interpreter_that_is_tested(self):
        assert re.search(r"^USER [1-9]\d*$", DOCKERFILE, re.MULTILINE)
        workflow = (PROJECT_DIR / ".github" / "workflows" / "ci.yml").read_text()
        [matrix] = re.findall(r"python: (\[.*\])", workflow)
        assert set(re.findall(r"^FROM python:([\d.]+)-slim", DOCKERFILE, re.MULTILINE)) <= set(json.loads(matrix))

    def test_its_variables_are_settings(self):
        [block] = re.findall(r"^ENV (.*?)^EXPOSE", DOCKERFILE, re.MULTILINE | re.DOTALL)
        names = set(re.findall(r"([A-Z_]+)=", block)) - {"PATH", "PYTHONUNBUFFERED"}
        assert names == {"HOST", "PORT", "AUTH", "LOG_FORMAT"}

    def test_its_health_check_works(self, client: httpx.Client):
        [command] = re.findall(r"^ +CMD (\[.*\])$", DOCKERFILE, re.MULTILINE)
        [path] = re.findall(r"\}(/[a-z/]+)'", json.loads(command)[2])
        assert client.get(path).status_code == 200


class TestRender:
    def test_it_fits_the_specification(self):
        jsonschema.validate(yaml.safe_load((PROJECT_DIR / "render.yaml").read_text()), RENDER_SCHEMA)

    def test_it_fits_the_service(self, client: httpx.Client, monkeypatch):
        [service] = yaml.safe_load((PROJECT_DIR / "render.yaml").read_text())["services"]
        assert client.get(service["healthCheckPath"]).status_code == 200
        for variable in service["envVars"]:
            assert variable["key"].lower() in Settings.model_fields
            monkeypatch.setenv(variable["key"], variable.get("value", ""))
        Settings.from_environment()
