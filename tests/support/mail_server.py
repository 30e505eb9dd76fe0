"""A local mail server that stores the messages it receives."""

import re
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from types import TracebackType
from typing import Any, Self

from aiosmtpd.controller import Controller

from tests.support.server import free_port

_PATIENCE_S = 60


class MailServer:
    """Receives mail by SMTP for the length of a `with` block."""

    def __init__(self) -> None:
        self._port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self._port)
        self.url = f"smtp://127.0.0.1:{self._port}"
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Store a message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 OK"

    def link(self, recipient: str) -> str:
        """Wait for the one message to a recipient; returns the link in it."""
        deadline = time.monotonic() + _PATIENCE_S
        while not (found := [message for message in self.messages if message["To"] == recipient]):
            assert time.monotonic() < deadline, "no mail has arrived"
            time.sleep(0.05)
        [message] = found
        [link] = re.findall(r"http\S+", message.get_content())
        return str(link)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._controller.stop()
