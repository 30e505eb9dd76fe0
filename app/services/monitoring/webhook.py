"""Posts signed messages to the operator's webhook, and by default only to public addresses."""

import base64
import hashlib
import hmac
import socket
import ssl
import time
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from app.services.monitoring.public_addresses import is_public

_TIMEOUT_S = 10
_PORTS = {"http": 80, "https": 443}


class WebhookError(Exception):
    """The message was not delivered; the text gives the reason without secrets of the URL."""


class Webhook:
    """A webhook that receives messages.

    Messages are signed according to Standard Webhooks (https://www.standardwebhooks.com): `webhook-signature` is `v1,`
    followed by the base64 HMAC-SHA256 of `webhook-id`, `webhook-timestamp` and the body, joined by full stops, keyed by
    the secret's bytes. The connection uses the address that was checked, so DNS rebinding has no effect. Redirects are
    not followed and proxies are not used.
    """

    def __init__(self, url: str, secret: str, *, local: bool) -> None:
        """Create a webhook.

        Args:
            url: an http or https URL.
            secret: key of the signature.
            local: whether private and loopback addresses are allowed.
        """
        self._url = urlsplit(url)
        self._secret = secret.encode()
        self._local = local

    def send(self, name: str, body: bytes) -> None:
        """Post a JSON message with a unique name as its id. Blocks.

        Raises:
            WebhookError: the message was not delivered.
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
        """Connect to the host, after checking that all its addresses are allowed."""
        found = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
        addresses = [str(entry[4][0]) for entry in found]
        if not self._local and not all(map(is_public, addresses)):
            raise WebhookError(
                "its address belongs to this machine or a private network; DRIFT_WEBHOOK_LOCAL=true allows that"
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
