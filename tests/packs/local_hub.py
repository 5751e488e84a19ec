"""A Hugging Face hub of one machine: repositories in a dictionary, served on the loopback."""

from __future__ import annotations

import contextlib
import hashlib
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

Repositories = dict[str, dict[str, bytes]]


@contextlib.contextmanager
def serve(repositories: Repositories, commit: str) -> Iterator[tuple[str, list[str]]]:
    """Serve repositories, every revision of which is `commit`; yield the address and requests."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def _answer(self, *, body: bool) -> None:
            asked.append(f"{self.command} {self.path}")
            owner, name, verb, _, *rest = self.path.lstrip("/").split("/") + [""] * 4
            content = repositories.get(f"{owner}/{name}", {}).get("/".join(filter(None, rest)))
            if verb != "resolve" or content is None:
                self.send_response(404)
                code = "EntryNotFound" if f"{owner}/{name}" in repositories else "RepoNotFound"
                self.send_header("X-Error-Code", code)
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("X-Repo-Commit", commit)
            self.send_header("ETag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if body:
                self.wfile.write(content)

        def do_HEAD(self) -> None:
            self._answer(body=False)

        def do_GET(self) -> None:
            self._answer(body=True)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
