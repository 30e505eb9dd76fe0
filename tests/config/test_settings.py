import pytest

from app.config.settings import ConfigurationError, Settings, settings_table


def test_defaults_hold_without_any_variable(monkeypatch):
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
        ("LOG_LEVEL", "loud", ["LOG_LEVEL='loud'", "debug, info, warning, error"]),
        ("MAX_UPLOAD_MB", "-1", ["MAX_UPLOAD_MB='-1'", "above 0"]),
        ("API_DOCS", "perhaps", ["API_DOCS='perhaps'", "true, false"]),
        ("CORS_ORIGINS", "example.org", ["CORS_ORIGINS=", "'example.org' is no origin", "https://example.org"]),
        ("GEMINI_BASE_URL", "nowhere", ["GEMINI_BASE_URL='nowhere'", "a URL"]),
    ],
)
def test_a_wrong_value_is_one_line_that_names_variable_fault_and_what_is_accepted(monkeypatch, name, value, words):
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError) as caught:
        Settings.from_environment()
    message = str(caught.value)
    assert "\n" not in message
    for word in words:
        assert word in message


def test_every_fault_is_told_at_once(monkeypatch):
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


def test_origins_are_split_and_trimmed(monkeypatch):
    monkeypatch.setenv("CORS_ORIGINS", "https://a.example/, http://localhost:3000 ,")
    assert Settings.from_environment().cors_origins == ("https://a.example", "http://localhost:3000")


def test_the_key_is_never_shown(monkeypatch):
    monkeypatch.setenv("GEMINI_API_KEY", "very-secret")
    assert "very-secret" not in repr(Settings.from_environment())


def test_the_table_has_a_row_for_each_variable():
    table = settings_table()
    for name in Settings.model_fields:
        assert f"| `{name.upper()}` |" in table
