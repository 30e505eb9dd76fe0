"""What the README and the deployment files say is so."""

import json
import re
from typing import Any

import httpx
import jsonschema
import pytest
import yaml

from app.config.settings import PROJECT_DIR, Settings, settings_table
from app.routes.api_docs import EXAMPLES_FILE
from benchmarks.support.plot import summary, tables
from tests.support.likeness import alike
from tools.docs.generate import MEASURED, README, audit_paragraph, evaluation_table, fill, real_answers

DOCKERFILE = (PROJECT_DIR / "Dockerfile").read_text()

# What render.com's blueprint specification asks of a web service made from a Dockerfile.
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


class TestReadme:
    @pytest.fixture
    def text(self) -> str:
        return README.read_text()

    def test_the_tables_are_the_generated_ones(self, text):
        for name, content in (
            ("settings", settings_table()),
            ("evaluation", evaluation_table()),
            ("audit", audit_paragraph()),
            ("speed", summary()),
        ):
            assert fill(text, name, content) == text
        measured = MEASURED.read_text()
        assert fill(measured, "results", tables()) == measured

    def test_the_answer_is_the_services(self, client: httpx.Client, text):
        stated = json.loads(EXAMPLES_FILE.read_text())["create_prediction"]
        assert json.dumps(stated, indent=2, ensure_ascii=False) in text
        actual = real_answers(client)["create_prediction"]
        assert stated.keys() == actual.keys()
        for key in ("model", "image", "warnings", "disclaimer"):
            assert stated[key] == actual[key]
        for key in ("prediction", "explanation"):
            assert alike(stated[key], actual[key]), key

    def test_every_setting_is_read_by_its_name(self, text):
        for name in re.findall(r"^\| `([A-Z_]+)` \|", text, re.MULTILINE):
            assert name.lower() in Settings.model_fields

    def test_its_files_are_there(self, text):
        for path in re.findall(r"\]\((docs/[^)]+)\)", text):
            assert (PROJECT_DIR / path).is_file()


class TestDockerfile:
    def test_what_it_copies_is_there_and_not_ignored(self):
        kept = {line[1:] for line in (PROJECT_DIR / ".dockerignore").read_text().splitlines() if line.startswith("!")}
        copied = re.findall(r"^COPY (\S+) ", DOCKERFILE, re.MULTILINE)
        sources = {source for source in copied if not source.startswith("--")}
        assert sources == kept
        for source in sources:
            assert (PROJECT_DIR / source).exists()

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
