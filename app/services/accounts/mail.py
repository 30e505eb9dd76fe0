"""Sends one-time links and warnings through the operator's mail server."""

import smtplib
import ssl
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import make_msgid
from urllib.parse import unquote, urlsplit

import structlog

_TIMEOUT_S = 20
_MOST_WAITING = 100
_PORTS = {"smtp": 587, "smtps": 465}

log = structlog.get_logger()


class Mailer:
    """Sends mail in the background, one message at a time. Responses do not depend on it.

    Args:
        url: the mail server, as `smtp://user:password@host:port` or `smtps://…`; None to send no mail.
        sender: the e-mail address in `From`.
    """

    def __init__(self, url: str | None, sender: str) -> None:
        self._url = urlsplit(url) if url else None
        self._sender = sender
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mail")
        self._waiting = 0

    @property
    def works(self) -> bool:
        """Whether a mail server is configured."""
        return self._url is not None

    def send(self, recipient: str, subject: str, text: str) -> None:
        """Queue a message. A failure is logged without the recipient."""
        if self._waiting >= _MOST_WAITING:
            log.error("mail_not_sent", reason="too many messages are queued")
            return
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, recipient, subject
        message["Message-ID"] = make_msgid(domain=self._sender.rpartition("@")[2])
        message.set_content(text)
        self._waiting += 1
        self._thread.submit(self._deliver, message)

    def close(self) -> None:
        """Send the queued messages, then end the thread."""
        self._thread.shutdown()

    def _deliver(self, message: EmailMessage) -> None:
        try:
            self._hand_over(message)
        except (OSError, ValueError, smtplib.SMTPException) as error:
            log.error("mail_not_sent", reason=type(error).__name__)
        finally:
            self._waiting -= 1

    def _hand_over(self, message: EmailMessage) -> None:
        url = self._url
        assert url is not None
        host, port = url.hostname or "", url.port or _PORTS[url.scheme]
        tls = ssl.create_default_context()
        encrypted = url.scheme == "smtps"
        server = (
            smtplib.SMTP_SSL(host, port, timeout=_TIMEOUT_S, context=tls)
            if encrypted
            else smtplib.SMTP(host, port, timeout=_TIMEOUT_S)
        )
        with server:
            server.ehlo()
            if not encrypted and server.has_extn("starttls"):
                server.starttls(context=tls)
                server.ehlo()
                encrypted = True
            if url.username:
                if not encrypted:
                    raise smtplib.SMTPNotSupportedError("a password is sent only over TLS")
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message)
