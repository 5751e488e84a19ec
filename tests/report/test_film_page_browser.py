"""report.html in a real browser: nothing on the console, nothing from the network, titles are text.

Where no browser is installed, test_film_page.py has said the same of the page's text.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from finished_film import HOSTILE, finished, write_page

if TYPE_CHECKING:
    from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
BROWSER = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--enable-logging=stderr",
    "--v=0",
)
_NO_PAGE = "not an origin"

pytestmark = pytest.mark.skipif(
    BROWSER is None, reason=f"no browser is installed: none of {', '.join(NAMES)} is on PATH"
)


class Dom(HTMLParser):
    """The page as it stands in the browser, after anything that runs has run."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.title = ""
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._open = tag

    def handle_data(self, data: str) -> None:
        if self._open == "title":
            self.title += data
            self._open = ""


def browse(page: Path, folder: Path, *flags: str) -> tuple[str, list[str], list[str]]:
    """Open a page; return its DOM, the console's lines, and the addresses that were asked for."""
    log = folder / "net.json"
    command = [BROWSER, *FLAGS, f"--user-data-dir={folder / 'profile'}", f"--log-net-log={log}"]
    done = subprocess.run(
        [*command, *flags, page.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
        env={**os.environ, "HOME": str(folder)},
    )
    console = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    # The browser asks for things of its own accord, too; those have no page as their origin.
    params = [event.get("params", {}) for event in events]
    asked = {one["url"] for one in params if one.get("initiator", _NO_PAGE) != _NO_PAGE}
    return done.stdout, console, sorted(url for url in asked if not url.startswith("data:"))


def test_a_page_that_misbehaves_would_be_noticed(tmp_path: Path) -> None:
    page = tmp_path / "bad.html"
    page.write_text("<script>console.error('oh no')</script><img src='http://127.0.0.1:9/x.png'>")
    _, console, asked = browse(page, tmp_path, "--dump-dom")
    assert any("oh no" in line for line in console)
    assert "http://127.0.0.1:9/x.png" in asked


def test_nothing_runs_and_nothing_is_fetched(tmp_path: Path) -> None:
    page = write_page(tmp_path, finished(tmp_path))
    text, console, asked = browse(page, tmp_path, "--dump-dom")
    dom = Dom(text)
    assert (console, asked) == ([], [])
    assert dom.title == HOSTILE
    assert "script" not in {tag for tag, _ in dom.tags}
    assert sum(tag == "article" for tag, _ in dom.tags) == 2
    assert all((attrs["src"] or "").startswith("data:") for tag, attrs in dom.tags if tag == "img")


@pytest.mark.parametrize("width", [1200, 375])
def test_nothing_is_wider_than_the_screen(tmp_path: Path, width: int) -> None:
    page = write_page(tmp_path, finished(tmp_path))
    probe = "<script>parent.postMessage(document.documentElement.scrollWidth, '*')</script>"
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</body>", f"{probe}</body>"), encoding="utf-8")
    frame = page.with_name("frame.html")  # no window is as narrow as a phone
    frame.write_text(
        "<script>onmessage = event => { document.title = event.data }</script><title>none</title>"
        f"<iframe src='report.html' style='width: {width}px; border: 0'></iframe>"
    )
    found, _, _ = browse(frame, tmp_path, "--dump-dom", "--virtual-time-budget=5000")
    assert int(Dom(found).title) <= width
