import base64
import re

import pytest

from app.config.choices import GateChoice, HistoryChoice, LogFormat, LogLevel, Switch
from app.config.reference import settings_table
from app.config.settings import ConfigurationError, Settings
from app.config.values import wildcard_pattern


def test_defaults_apply_without_variables(monkeypatch):
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    settings = Settings.from_environment()
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert settings.gemini_api_key is None


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", ["PORT='eighty'", "a whole number, at least 0, at most 65535"]),
        ("PORT", "70000", ["PORT='70000'", "at most 65535"]),
        ("GRPC_PORT", "0", ["GRPC_PORT='0'", "a whole number, at least 1"]),
        ("GRPC_PORT", "8000", ["GRPC_PORT=8000: PORT has this value too"]),
        ("LOG_LEVEL", "loud", ["LOG_LEVEL='loud'", "debug, info, warning, error"]),
        ("MAX_UPLOAD_MB", "-1", ["MAX_UPLOAD_MB='-1'", "above 0"]),
        ("API_DOCS", "perhaps", ["API_DOCS='perhaps'", "true, false"]),
        ("AUTH", "perhaps", ["AUTH='perhaps'", "off, on"]),
        (
            "CORS_ORIGINS",
            "https://a.example,example.org",
            ["CORS_ORIGINS='https://a.example,example.org'", "'example.org' is not an origin", "scheme://host[:port]"],
        ),
        ("CORS_ORIGINS", "https://example.org/app", ["has more than an origin"]),
        ("CORS_ORIGINS", "https://user@example.org", ["has more than an origin"]),
        ("CORS_ORIGINS", "https://*", ["cannot be matched", "https://*.example.org"]),
        ("CORS_ORIGINS", "https://*.*.example.org", ["cannot be matched"]),
        ("CORS_ORIGINS", "https://app.*.org", ["cannot be matched"]),
        ("CORS_ORIGINS", "http://localhost:*", ["is not an origin"]),
        ("ALLOWED_HOSTS", "https://mri.example.org", ["is not a host name", "without scheme"]),
        ("ALLOWED_HOSTS", "mri.example.org:8000", ["is not a host name"]),
        ("CORS_ORIGINS", "null", ["'null' is not an origin"]),
        ("RATE_PER_ADDRESS", "fast", ["RATE_PER_ADDRESS='fast'", "60/minute"]),
        ("RATE_PER_KEY", "0/minute", ["RATE_PER_KEY='0/minute'", "a number of predictions and a time"]),
        ("RATE_PER_KEY", "1/second;9/minute", ["RATE_PER_KEY="]),
        ("TRUSTED_PROXIES", "10.0.0.0/8,proxy", ["TRUSTED_PROXIES=", "networks separated by commas"]),
        ("KEEP_IMAGES", "on", ["KEEP_IMAGES=on needs a history"]),
        ("METRICS_TOKEN", "short", ["METRICS_TOKEN: ", "at least 16"]),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318", ["OTEL_EXPORTER_OTLP_ENDPOINT=", "a URL"]),
        ("DRIFT_WEBHOOK_URL", "https://example.org/", ["DRIFT_WEBHOOK_URL needs DRIFT_WEBHOOK_SECRET"]),
        ("DRIFT_WEBHOOK_SECRET", "too short", ["DRIFT_WEBHOOK_SECRET: "]),
        ("GEMINI_BASE_URL", "nowhere", ["GEMINI_BASE_URL='nowhere'", "a URL"]),
        ("DICOMWEB_SERVERS", "https://pacs.example.org", ["DICOMWEB_SERVERS: ", "in JSON, for example"]),
        ("DICOMWEB_SERVERS", '{"My PACS": {}}', ["a name has the characters a-z"]),
        ("DICOMWEB_SERVERS", '{"pacs": {"url": "pacs.example.org"}}', ["pacs.url: ", "a valid URL"]),
        ("DICOMWEB_SERVERS", '{"pacs": {}}', ["pacs.url: Field required"]),
        ("DIMSE_CALLERS", "PACS,A TITLE WITH SPACES", ["DIMSE_CALLERS=", "'A TITLE WITH SPACES' is not an AE title"]),
        ("DIMSE_PEER", "pacs.example.org:104", ["DIMSE_PEER=", "PACS@pacs.example.org:104"]),
        ("DIMSE_PEER", "PACS@pacs.example.org:99999", ["DIMSE_PEER=", "the port of the peer"]),
    ],
)
def test_a_wrong_value_is_one_line_that_names_variable_fault_and_accepted_values(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment()
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_all_wrong_values_are_reported_together(monkeypatch):
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("QUEUE_SIZE", "-3")
    with pytest.raises(ConfigurationError, match=r"PORT.*QUEUE_SIZE"):
        Settings.from_environment()


def test_an_empty_variable_means_the_default(monkeypatch):
    monkeypatch.setenv("PORT", "")
    monkeypatch.setenv("GEMINI_API_KEY", "")
    settings = Settings.from_environment()
    assert settings.port == 8000
    assert settings.gemini_api_key is None


def test_origins_are_split_and_written_as_browsers_send_them(monkeypatch):
    monkeypatch.setenv(
        "CORS_ORIGINS",
        "HTTPS://A.example:443/, http://localhost:3000 ,http://[::1]:80, https://bücher.example, https://*.Vercel.app",
    )
    assert Settings.from_environment().cors_origins == (
        "https://a.example",
        "http://localhost:3000",
        "http://[::1]",
        "https://xn--bcher-kva.example",
        "https://*.vercel.app",
    )


def test_a_wildcard_matches_one_label():
    pattern = wildcard_pattern(("*", "https://a.example", "https://*.vercel.app", "http://app-*.example.org:8080"))
    assert pattern
    matching = ["https://my-app.vercel.app", "http://app-1.example.org:8080"]
    others = [
        "https://vercel.app",
        "https://a.b.vercel.app",
        "http://my-app.vercel.app",
        "https://my-app.vercel.app:8080",
        "https://my-app.vercel.app.evil.example",
        "https://evil.example/.vercel.app",
        "http://app.example.org:8080",
        "https://a.example",
    ]
    assert [origin for origin in matching + others if re.fullmatch(pattern, origin)] == matching


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("LOG_LEVEL", "INFO", LogLevel.INFO),
        ("LOG_LEVEL", "Warn", LogLevel.WARNING),
        ("LOG_FORMAT", "JSON", LogFormat.JSON),
        ("GATE", "Warn", GateChoice.WARN),
        ("GATE", "false", GateChoice.OFF),
        ("HISTORY", "True", HistoryChoice.ON),
        *[("AUTH", value, Switch.ON) for value in ("on", "ON", "true", "True", "1", "yes", "on\r")],
        *[("AUTH", value, Switch.OFF) for value in ("off", "False", "0", "NO")],
        *[("ALLOW_ANONYMOUS", value, True) for value in ("on", "TRUE", "1", "yes", "true\r")],
        ("API_DOCS", "Off", False),
        ("PORT", " 9000\r", 9000),
    ],
)
def test_usual_ways_to_write_a_value_are_accepted(monkeypatch, name, value, read):
    monkeypatch.setenv(name, value)
    assert getattr(Settings.from_environment(), name.lower()) == read


@pytest.mark.parametrize(
    ("given", "address", "secure"),
    [
        ({}, "http://127.0.0.1:8000", False),
        ({"host": "0.0.0.0", "port": 9000}, "http://localhost:9000", True),
        ({"host": "::"}, "http://localhost:8000", True),
        ({"host": "::1"}, "http://[::1]:8000", False),
        ({"host": "10.1.2.3"}, "http://10.1.2.3:8000", True),
        ({"host": "0.0.0.0", "public_url": "http://localhost:8000"}, "http://localhost:8000", False),
        ({"public_url": "https://mri.example.org/"}, "https://mri.example.org", True),
    ],
)
def test_links_have_an_address_that_a_browser_can_open(given, address, secure):
    settings = Settings(**given)
    assert (settings.base_url, settings.secure_cookies) == (address, secure)


def test_a_secret_is_not_in_the_representation(monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "very-secret")
    assert "very-secret" not in repr(Settings.from_environment())


def test_the_table_has_a_row_for_each_variable():
    table = settings_table()
    for name in Settings.model_fields:
        assert f"| `{name.upper()}` |" in table


@pytest.mark.parametrize("value", ["mysql://user:very-secret@host/name", "postgresql:very-secret"])
def test_a_wrong_database_url_is_not_repeated(monkeypatch, value):
    monkeypatch.setenv("DATABASE_URL", value)
    with pytest.raises(ConfigurationError, match=r"DATABASE_URL: .*postgresql://") as caught:
        Settings.from_environment()
    assert "very-secret" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("REDIS_URL", "http://:very-secret@host", "redis://"),
        ("ENCRYPTION_KEYS", "very-secret", "32 random bytes"),
        ("DICOMWEB_SERVERS", '{"pacs": {"url": "x", "authorization": "very-secret"}}', "pacs.url"),
        ("DICOMWEB_SERVERS", '{"pacs": "very-secret"}', "in JSON"),
        ("ENCRYPTION_KEYS", "dmVyeS1zZWNyZXQ=", "32 random bytes"),
    ],
)
def test_another_wrong_secret_is_not_repeated(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name) as caught:
        Settings.from_environment()
    assert words in str(caught.value)
    assert "secret" not in str(caught.value)


def test_storing_images_needs_a_key(monkeypatch):
    monkeypatch.setenv("HISTORY", "on")
    monkeypatch.setenv("KEEP_IMAGES", "on")
    with pytest.raises(ConfigurationError, match="needs ENCRYPTION_KEYS"):
        Settings.from_environment()


def test_keys_and_networks_are_split(monkeypatch):
    monkeypatch.setenv("ENCRYPTION_KEYS", ",".join(base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2)))
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.0/8, ::1/128")
    settings = Settings.from_environment()
    assert settings.encryption_key_bytes == (bytes([1]) * 32, bytes([2]) * 32)
    assert list(map(str, settings.trusted_proxies)) == ["10.0.0.0/8", "::1/128"]


@pytest.mark.parametrize("others", [{"AUTH": "on"}, {"HOST": "0.0.0.0", "ALLOW_ANONYMOUS": "true"}])
def test_metrics_that_others_can_reach_need_a_token(monkeypatch, others):
    monkeypatch.setenv("METRICS", "on")
    Settings.from_environment()
    for name, value in others.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match="METRICS=on needs METRICS_TOKEN"):
        Settings.from_environment()
    monkeypatch.setenv("METRICS_TOKEN", "sixteen letters!")
    Settings.from_environment()
