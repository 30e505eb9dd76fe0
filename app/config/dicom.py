"""The settings about servers of images: those of DICOMweb, and the listener for DIMSE."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    AnyHttpUrl,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
)
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from app.config.values import checked, split

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
# Printable ASCII without backslash (PS3.5, AE); spaces and the separators of a list have no use in a title.
_TITLE = re.compile(r"[!-+\--?A-\[\]-~]{1,16}")
_PEER = re.compile(r"([^@\s]+)@(\[[0-9A-Fa-f:.]+\]|[\w.-]+):(\d{1,5})", re.ASCII)
_HIGHEST_PORT = 65535
_EXAMPLE = '{"pacs": {"url": "https://pacs.example.org/dicom-web"}}'


class DicomWebServer(BaseModel):
    """A server of DICOMweb that the operator named.

    Attributes:
        url: the address below which `/studies` is.
        authorization: value of the header `Authorization`.
        ca_file: certificates that sign the server's; None for those that the system trusts.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    url: AnyHttpUrl
    authorization: SecretStr | None = None
    ca_file: Path | None = None


@dataclass(frozen=True)
class DimsePeer:
    """Another DICOM application: its AE title, and where it listens."""

    title: str
    host: str
    port: int


def decoded_servers(text: str) -> dict[str, DicomWebServer]:
    """Servers by name, from JSON.

    Raises:
        ValueError: the text is not such JSON; the message repeats no value, since some are secret.
    """
    reason = f"write names of servers and their addresses in JSON, for example {_EXAMPLE}"
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(map(_NAME.fullmatch, found)):
        raise ValueError(f"{reason}; a name has the characters a-z, 0-9 and -")
    servers = {}
    for name, value in found.items():
        try:
            servers[name] = DicomWebServer.model_validate(value)
        except ValidationError as error:
            fault = error.errors(include_input=False, include_url=False)[0]
            place = ".".join(map(str, (name, *fault["loc"])))
            raise ValueError(f"{place}: {fault['msg']}; {reason}. Further fields: authorization, ca_file") from None
    return servers


def _title(text: str) -> str:
    if not _TITLE.fullmatch(text):
        raise ValueError(f"{text[:40]!r} is not an AE title of 1 to 16 characters without spaces")
    return text


def _check_peer(text: str | None) -> str | None:
    if text is not None:
        decoded_peer(text)
    return text


def decoded_peer(text: str) -> DimsePeer:
    """A peer from `TITLE@host:port`.

    Raises:
        ValueError: the text has another form.
    """
    found = _PEER.fullmatch(text)
    if not found or not 0 < int(found[3]) <= _HIGHEST_PORT:
        raise ValueError("write the AE title, the host and the port of the peer: PACS@pacs.example.org:104")
    return DimsePeer(_title(found[1]), found[2].strip("[]"), int(found[3]))


DicomWebServers = Annotated[SecretStr | None, checked(decoded_servers)]
Title = Annotated[str, AfterValidator(_title)]
Titles = Annotated[
    tuple[str, ...],
    NoDecode,
    AfterValidator(lambda titles: tuple(map(_title, titles))),
    BeforeValidator(split),
]


class DicomSettings(BaseSettings):
    """The settings about servers of images; `Settings` contains them."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, env_ignore_empty=True)

    dicomweb_servers: DicomWebServers = Field(
        None,
        examples=[f"`{_EXAMPLE}`"],
        description="Servers of DICOMweb from which clients may have studies fetched, by name, in JSON: `url`, and if "
        "needed `authorization` (the header's value) and `ca_file` (certificates in PEM). No other server is reached.",
    )
    dicomweb_timeout_s: float = Field(
        120,
        gt=0,
        le=3600,
        description="Seconds in which a server of DICOMweb must send a study, and in which it must store the results.",
    )
    dimse_port: int = Field(
        11112, ge=0, le=_HIGHEST_PORT, description="Port of `btc listen` at `HOST`; 0 chooses a free port."
    )
    dimse_title: Title = Field("BTC", description="AE title of `btc listen`.")
    dimse_callers: Titles = Field(
        (),
        examples=["PACS,SCANNER1"],
        description="AE titles that may send objects to `btc listen`, separated by commas. Needed by it.",
    )
    dimse_peer: Annotated[str | None, AfterValidator(_check_peer)] = Field(
        None,
        examples=["PACS@pacs.example.org:104"],
        description="AE title and address to which `btc listen` sends results. Needed by it.",
    )
    dimse_stable_s: float = Field(
        30, gt=0, le=86_400, description="Seconds without a new object after which `btc listen` answers a study."
    )
    dimse_timeout_s: float = Field(
        30, gt=0, le=3600, description="Seconds for which `btc listen` waits for another DICOM application."
    )
    dimse_associations: int = Field(
        10, ge=1, le=1000, description="Associations that `btc listen` accepts at the same time."
    )
    dimse_queue_dir: Path | None = Field(
        None,
        description="Folder for received objects, until they are answered, and for results, until they are sent. New "
        "or empty; the service marks it as its own. If not set, `queue` in `DATA_DIR`.",
    )
    dimse_queue_mb: float = Field(
        10_000,
        gt=0,
        le=100_000,
        description="Size of `DIMSE_QUEUE_DIR` from which `btc listen` refuses further objects, in megabytes (10^6 "
        "bytes).",
    )

    @property
    def image_servers(self) -> dict[str, DicomWebServer]:
        """The servers of DICOMweb by name."""
        return decoded_servers(self.dicomweb_servers.get_secret_value()) if self.dicomweb_servers else {}

    @property
    def dimse_queue_bytes(self) -> int:
        """Largest size of the listener's folder, in bytes."""
        return int(self.dimse_queue_mb * 1e6)
