"""A real browser: Debian's Chromium or Google's Chrome, whichever is installed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.server import RunningServer

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
# The host `mri.test` is this machine, but to the browser it is another one.
ELSEWHERE = "--host-resolver-rules=MAP mri.test 127.0.0.1"
# Time-out of expectations; on a busy machine they may take that long.
PATIENCE_MS = 20_000


@contextmanager
def running_browser(*arguments: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", ELSEWHERE, *arguments])
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


def is_foreign(url: str, server: RunningServer) -> bool:
    """Whether a request of a page leaves the service."""
    return not url.startswith((server.url, "data:", "blob:"))
