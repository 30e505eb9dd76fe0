"""Requests in the forms that clients send: HEAD for every GET, and paths with or without a slash at their end."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Folders of files, where a path with a slash at its end is another address.
FOLDERS = ("/guide/", "/static/")


class UsualForms:
    """ASGI middleware that lets a route for `GET /path` also answer `HEAD /path`, `GET /path/` and `HEAD /path/`.

    Without it, the framework redirects from `/path/`, and clients that repeat a streamed form lose its boundary.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if path.endswith("/") and not path.startswith(FOLDERS):
            scope["path"] = path.rstrip("/") or "/"
        if scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_as_head(message: Message) -> None:
            # The server looks at the method to leave out the body.
            scope["method"] = "HEAD"
            await send(message)

        scope["method"] = "GET"
        try:
            await self._app(scope, receive, send_as_head)
        finally:
            scope["method"] = "HEAD"
