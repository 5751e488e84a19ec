"""Two machines and a real S3 server between them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS
from s3_server import BUCKET, Server

from animegen.store.store import Store
from tests.conftest import Project

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import Result

pytest.importorskip("s3fs")
pytest.importorskip("moto.server")
pytestmark = pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning")

NODES = 7


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.stop()


@pytest.fixture
def address(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A place of this test's own in the bucket."""
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return f"s3://{BUCKET}/{tmp_path.name}"


@pytest.fixture
def one(tmp_path: Path) -> Project:
    return machine(tmp_path, "one")


@pytest.fixture
def two(tmp_path: Path) -> Project:
    return machine(tmp_path, "two")


def machine(tmp_path: Path, name: str) -> Project:
    project = Project(tmp_path / name)
    project.write(THREE_SHOTS)
    return project


def render(project: Project, *options: str) -> Result:
    return project.storyboard("render", "film.yaml", "--slate", *options)


def film(project: Project) -> bytes:
    return (project.folder / "out/three-shots/film.slate.mp4").read_bytes()


def objects(server: Server, address: str, folder: str) -> list[str]:
    return sorted(server.files().find(f"{address.removeprefix('s3://')}/v1/{folder}"))


def test_what_one_machine_rendered_the_other_only_fetches(
    one: Project, two: Project, server: Server, address: str
) -> None:
    assert "7 rendered" in render(one, "--store", address).err
    assert len(objects(server, address, "entries")) == NODES
    assert len(objects(server, address, "objects")) == NODES
    plan = two.storyboard("plan", "film.yaml", "--slate", "--store", address, "--detailed-exitcode")
    assert (plan.code, plan.err) == (0, "")
    assert plan.out.endswith("nothing to render: every step is in the store\n")
    assert not (two.folder / ".storyboard").exists()
    result = render(two, "--store", address, "--no-report")  # which would fetch the shots, too
    assert (result.code, result.err) == (0, "nothing to render: everything is in the store\n")
    assert film(two) == film(one)
    # Only what was needed came: below the film, nothing is.
    assert len(list(Store(two.folder / ".storyboard").entries())) == 1


def test_an_edit_elsewhere_fetches_the_shots_that_stayed(
    one: Project, two: Project, address: str
) -> None:
    render(one, "--store", address)
    two.edit("river", "lake")
    plan = json.loads(
        two.storyboard("plan", "film.yaml", "--slate", "--store", address, "--json").out
    )
    running = {node["id"] for node in plan["nodes"] if node["state"] == "run"}
    assert running == {"two/slate", "two/clip", "film"}
    assert "3 rendered, 2 from the store" in render(two, "--store", address).err


def test_the_variable_names_the_shared_store(
    one: Project, two: Project, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANIMEGEN_STORE", address)
    assert "7 rendered" in render(one).err
    assert "nothing to render" in render(two, "--store", str(two.folder / "cache")).err
    assert (two.folder / "cache" / "version").exists()
    assert not (two.folder / ".storyboard").exists()


def test_a_corrupt_object_in_the_bucket_is_rendered_again_and_healed(
    one: Project, two: Project, server: Server, address: str, tmp_path: Path
) -> None:
    render(one, "--store", address)
    store = Store(one.folder / ".storyboard")
    (made,) = [a for a in store.entries() if a.record.kind == "film"]
    digest = made.blobs["film.mp4"].digest
    (path,) = [p for p in objects(server, address, "objects") if p.endswith(digest)]
    content = bytearray(made.path("film.mp4").read_bytes())
    content[len(content) // 2] ^= 1
    server.files().pipe_file(path, bytes(content))
    result = render(two, "--store", address)
    assert result.code == 0
    lines = result.err.splitlines()
    assert lines[0] == f"note: {made.key[:12]} in {address} is damaged"
    assert lines[-1].startswith("1 rendered, 3 from the store")
    assert film(two) == film(one)
    assert "nothing to render" in render(machine(tmp_path, "three"), "--store", address).err


def test_evicted_objects_are_rendered_again(
    one: Project, two: Project, server: Server, address: str
) -> None:
    render(one, "--store", address)
    for path in objects(server, address, "objects"):
        server.files().rm_file(path)
    plan = two.storyboard("plan", "film.yaml", "--slate", "--store", address)
    assert "7 of 7 steps to render" in plan.out
    assert "7 rendered" in render(two, "--store", address).err
    assert len(objects(server, address, "objects")) == NODES


def test_half_an_upload_is_never_a_hit(
    one: Project, two: Project, server: Server, address: str
) -> None:
    """What a machine leaves that dies while it sends: blobs, perhaps cut short, and no entry."""
    render(one, "--store", address)
    for path in objects(server, address, "entries"):
        server.files().rm_file(path)
    for path in objects(server, address, "objects"):
        server.files().pipe_file(path, server.files().cat_file(path)[:100])
    assert "7 rendered" in render(two, "--store", address).err
    assert film(two) == film(one)


DIES_MIDWAY = """
import sys
from animegen.cli.main import main
from animegen.engine.executors.local import LocalExecutor
import os, signal

real, server, done = LocalExecutor.render, int(sys.argv.pop(1)), []

def render(self, node, *arguments, **options):
    if len(done) == 3:
        os.kill(server, signal.SIGKILL)
    done.append(node.id)
    return real(self, node, *arguments, **options)

LocalExecutor.render = render
main()
"""


def test_a_server_that_dies_midway_stops_nothing(one: Project, two: Project) -> None:
    server = Server()
    address = f"s3://{BUCKET}/midway"
    words = ["render", "film.yaml", "--slate", "--store", address]
    try:
        done = subprocess.run(
            [sys.executable, "-c", DIES_MIDWAY, str(server.pid), *words],
            cwd=one.folder,
            env={**os.environ, **server.environment},
            capture_output=True,
            text=True,
        )
    finally:
        server.stop()
    assert done.returncode == 0, done.stderr
    lines = done.stderr.splitlines()
    notes = [line for line in lines if line.startswith("note: ")]
    assert len(notes) == 2, done.stderr
    assert notes[0].startswith(f"note: {address} cannot be used (Could not connect")
    assert notes[0].endswith("; going on without it")
    assert notes[1] == (
        f"note: 4 new artifacts could not be put into {address}; "
        "`storyboard cache push FILE` does it later"
    )
    assert any(line.startswith("7 rendered, 0 from the store") for line in lines)
    render(two)
    assert film(one) == film(two)


def test_push_sends_what_was_rendered_alone(
    one: Project, two: Project, server: Server, address: str
) -> None:
    render(one)
    result = one.storyboard("cache", "push", "film.yaml", "--slate", "--store", address)
    assert (result.code, result.out) == (0, f"7 artifacts put into {address}\n")
    result = one.storyboard("cache", "push", "film.yaml", "--slate", "--store", address)
    assert result.out == f"0 artifacts put into {address}\n"
    assert "nothing to render" in render(two, "--store", address).err


def test_a_bucket_that_is_not_there_is_told_and_not_needed(one: Project, server: Server, address):
    result = render(one, "--store", "s3://no-such-bucket/films", "-q")
    assert result.code == 0
    assert result.err.splitlines()[0] == (
        "note: s3://no-such-bucket/films cannot be used (it does not exist); going on without it"
    )


@pytest.mark.parametrize(
    ("places", "message"),
    [
        (
            ["a", "b"],
            "error: --store is given twice for the same thing\n"
            "  help: name at most one folder and one shared store, such as s3://bucket/films\n",
        ),
        (
            ["gopher://x"],
            "error: --store gopher://x: Protocol not known: gopher\n"
            "  help: write s3://bucket/folder, or a folder's path\n",
        ),
    ],
)
def test_places_that_cannot_be_are_refused(one: Project, places, message) -> None:
    options = [word for place in places for word in ("--store", place)]
    result = render(one, *options)
    assert (result.code, result.out, result.err) == (2, "", message)


def test_push_needs_a_shared_store(one: Project) -> None:
    result = one.storyboard("cache", "push", "film.yaml", "--slate")
    assert (result.code, result.err) == (
        2,
        "error: no shared store is named\n  help: add --store s3://bucket/films\n",
    )
