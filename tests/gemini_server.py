"""A local server that speaks the wire format of Gemini's `generateContent`, and misbehaves on request."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

ANSWER = {
    "answer": "The network reads the slice as a meningioma.",
    "heatmap": "The heat-map shows what it used.",
    "background": "Meningiomas arise from the membranes around the brain.",
    "caution": "A physician has to judge the whole examination.",
}


def candidate(text: str, finish_reason: str = "STOP") -> dict[str, Any]:
    """A response with one candidate, as Gemini writes it."""
    return {
        "candidates": [
            {"content": {"role": "model", "parts": [{"text": text}]}, "finishReason": finish_reason, "index": 0}
        ],
        "usageMetadata": {"promptTokenCount": 900, "candidatesTokenCount": 80, "totalTokenCount": 980},
        "modelVersion": "gemini-3.5-flash-lite",
    }


def failure(code: int, status: str) -> dict[str, Any]:
    """An error body, as Gemini writes it."""
    return {"error": {"code": code, "message": "Something with the scan's content in it.", "status": status}}


class GeminiServer:
    """Answers every request with the next of `replies` (the last again and again), and keeps what was asked.

    It takes `delay_s` seconds over each, and waits until `gate` is set.
    """

    def __init__(self, *replies: tuple[int, Any], delay_s: float = 0) -> None:
        self.gate = gate = threading.Event()
        self.gate.set()
        self.requests: list[tuple[str, dict[str, str], dict[str, Any]]] = []
        pending = list(replies or [(200, candidate(json.dumps(ANSWER)))])
        asked = self.requests

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
                time.sleep(delay_s)
                gate.wait(120)
                status, reply = pending.pop(0) if len(pending) > 1 else pending[0]
                data = reply if isinstance(reply, bytes) else json.dumps(reply).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json; charset=UTF-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
