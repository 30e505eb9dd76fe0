"""A local server with the protocol of Gemini's `generateContent`, which can also fail."""

import json
import time
from collections.abc import Mapping
from typing import Any

from tests.support.local_server import LocalServer, Reply

ANSWER = {
    "answer": "The network reads the slice as a meningioma.",
    "heatmap": "The heat-map shows what it used.",
    "background": "Meningiomas arise from the membranes around the brain.",
    "caution": "A physician has to judge the whole examination.",
}


def candidate(text: str, finish_reason: str = "STOP") -> dict[str, Any]:
    """A response with one candidate, in Gemini's format."""
    return {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": finish_reason, "index": 0}
        ],
        "usageMetadata": {"promptTokenCount": 900, "candidatesTokenCount": 80, "totalTokenCount": 980},
        "modelVersion": "gemini-3.5-flash-lite",
    }


def failure(code: int, status: str, **detail: str) -> dict[str, Any]:
    """An error body in Gemini's format. `detail` has the fields of an `ErrorInfo` or a `RetryInfo`."""
    kind = "RetryInfo" if "retryDelay" in detail else "ErrorInfo"
    details = [{"@type": f"type.googleapis.com/google.rpc.{kind}", **detail}] if detail else []
    message = "Something with the scan's content in it."
    return {"error": {"code": code, "message": message, "status": status, "details": details}}


class GeminiServer(LocalServer):
    """Answers each request with the next of `replies`, the last one repeatedly, and stores the requests.

    Each response takes `delay_s` seconds and waits until `gate` is set.
    """

    def __init__(self, *replies: tuple[int, Any], delay_s: float = 0) -> None:
        self.requests: list[tuple[str, Mapping[str, str], dict[str, Any]]] = []
        self._pending = list(replies or [(200, candidate(json.dumps(ANSWER)))])
        self._delay_s = delay_s
        super().__init__()

    def reply_to(self, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Store the request and return the next reply."""
        self.requests.append((path, headers, json.loads(body)))
        time.sleep(self._delay_s)
        status, reply = self._pending.pop(0) if len(self._pending) > 1 else self._pending[0]
        data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
        return Reply(status, "application/json; charset=UTF-8", data)
