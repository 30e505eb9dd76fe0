"""The values of settings that are a choice."""

from enum import StrEnum
from typing import Self

# Words that other programs accept for the same choice.
_SYNONYMS = {"true": "on", "yes": "on", "1": "on", "false": "off", "no": "off", "0": "off", "warn": "warning"}


class Choice(StrEnum):
    """A setting with a few values. Upper and lower case do not matter, and synonyms are accepted."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        word = str(value).lower()
        return next((member for member in cls if member.value in (word, _SYNONYMS.get(word))), None)


class LogLevel(Choice):
    """The lowest severity to log."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(Choice):
    """The form of a log line."""

    CONSOLE = "console"
    JSON = "json"


class EngineChoice(Choice):
    """The library for the forward pass."""

    AUTO = "auto"
    TENSORFLOW = "tensorflow"
    OPENVINO = "openvino"


class Precision(Choice):
    """The number format of OpenVINO."""

    AUTO = "auto"
    F32 = "f32"
    BF16 = "bf16"


class Switch(Choice):
    """Whether a part of the service is on."""

    OFF = "off"
    ON = "on"


class GateChoice(Choice):
    """What happens to an image that is out of distribution."""

    WARN = "warn"
    ENFORCE = "enforce"
    OFF = "off"


class SignUp(Choice):
    """Who may create an account."""

    CLOSED = "closed"
    INVITATION = "invitation"
    OPEN = "open"


class HistoryChoice(Choice):
    """Whether predictions are stored."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"
