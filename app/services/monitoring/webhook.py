"""Posts a message to an address that the operator has set, signed, and to no machine that it could do harm on."""

import base64
import hashlib
import hmac
import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

_TIMEOUT_S = 10
_NAT64 = IPv6Network("64:ff9b::/96")
_PORTS = {"http": 80, "https": 443}


class WebhookError(Exception):
    """The message was not taken; says why, without the address' secrets."""


class Webhook:
    """Where messages go.

    Messages are signed as Standard Webhooks says (https://www.standardwebhooks.com): `webhook-signature` is `v1,` and
    the HMAC-SHA256, in base64, of `webhook-id`, `webhook-timestamp` and the body, with a full stop between, by the
    secret's bytes. The connection goes to the very address that was judged: a name that is resolved anew to another one
    meanwhile (DNS rebinding) changes nothing. Redirects are not followed, nor is a proxy asked.
    """

    def __init__(self, url: str, secret: str, *, local: bool) -> None:
        """Name the place.

        Args:
            url: http or https.
            secret: signs.
            local: whether addresses are allowed that are not on the public internet.
        """
        self._url = urlsplit(url)
        self._secret = secret.encode()
        self._local = local

    def send(self, name: str, body: bytes) -> None:
        """Post a JSON message under a name that is its own. Blocks.

        Raises:
            WebhookError: it was not taken.
        """
        moment = str(int(time.time()))
        signature = hmac.digest(self._secret, b".".join((name.encode(), moment.encode(), body)), hashlib.sha256)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "brain-tumor-classification",
            "webhook-id": name,
            "webhook-timestamp": moment,
            "webhook-signature": "v1," + base64.b64encode(signature).decode(),
        }
        path = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
        connection = HTTPConnection(self._host, self._port, timeout=_TIMEOUT_S)
        try:
            connection.sock = self._connect()
            connection.request("POST", path, body, headers)
            status = connection.getresponse().status
        except (OSError, HTTPException, UnicodeError) as error:
            raise WebhookError(f"it cannot be reached ({type(error).__name__})") from error
        finally:
            connection.close()
        if not 200 <= status < 300:
            raise WebhookError(f"it answered {status}")

    @property
    def _host(self) -> str:
        return self._url.hostname or ""

    @property
    def _port(self) -> int:
        return self._url.port or _PORTS[self._url.scheme]

    def _connect(self) -> socket.socket:
        """A connection to an address of the host, all of whose addresses are allowed."""
        found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not self._local and not all(map(_is_public, addresses)):
            raise WebhookError(
                "its address is of this machine or a private network, which DRIFT_WEBHOOK_LOCAL=true would allow"
            )
        failure = OSError("no address")
        for address in addresses:
            try:
                plain = socket.create_connection((address, self._port), _TIMEOUT_S)
            except OSError as error:
                failure = error
                continue
            if self._url.scheme == "http":
                return plain
            return ssl.create_default_context().wrap_socket(plain, server_hostname=self._host)
        raise failure


def _is_public(address: str) -> bool:
    """Whether an address is of the public internet, also where IPv6 wraps one of IPv4."""
    parsed = ip_address(address.partition("%")[0])
    if isinstance(parsed, IPv6Address):
        wrapped = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if parsed in _NAT64:
            wrapped = IPv4Address(int(parsed) & 0xFFFFFFFF)
        parsed = wrapped or parsed
    return parsed.is_global and not parsed.is_multicast
