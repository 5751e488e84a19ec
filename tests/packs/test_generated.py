"""Generated weights are made once, whole or not at all."""

from __future__ import annotations

import threading

import pytest

from animegen.packs import generated
from animegen.render import smoke


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name: tmp_path / name)
    return tmp_path / "animegen" / "generated"


def _fake(monkeypatch, build):
    monkeypatch.setattr(smoke, "build", build)


def test_made_on_first_use_only(home, monkeypatch):
    calls = []

    def build(folder):
        calls.append(folder)
        (folder / "base").mkdir()

    _fake(monkeypatch, build)
    folder = generated.made("smoke")
    assert folder == generated.made("smoke")
    assert folder.parent == home
    assert (folder / "base").is_dir()
    assert len(calls) == 1
    assert not list(home.glob("*.partial"))


def test_a_failed_recipe_leaves_nothing_and_is_tried_again(home, monkeypatch):
    def fail(folder):
        (folder / "half").mkdir()
        raise OSError("disk full")

    _fake(monkeypatch, fail)
    with pytest.raises(OSError, match="disk full"):
        generated.made("smoke")
    _fake(monkeypatch, lambda folder: (folder / "base").mkdir())
    assert [path.name for path in generated.made("smoke").iterdir()] == ["base"]


def test_two_at_once_make_it_once(home, monkeypatch):
    calls = []
    started = threading.Event()

    def build(folder):
        calls.append(folder)
        started.wait(0.2)

    _fake(monkeypatch, build)
    threads = [threading.Thread(target=generated.made, args=("smoke",)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(calls) == 1


def test_the_recipe_is_the_source_of_its_modules(monkeypatch, tmp_path):
    whole = generated.recipe_digest("smoke")
    for name in ("smoke.py", "smoke_text.py", "other.py"):
        (tmp_path / name).write_text(name, encoding="utf-8")
    monkeypatch.setattr(generated.resources, "files", lambda package: tmp_path)
    read = getattr(generated.recipe_digest, "__wrapped__", generated.recipe_digest)
    digests = [whole, read("smoke")]
    (tmp_path / "other.py").write_text("edited", encoding="utf-8")
    assert read("smoke") == digests[-1]
    (tmp_path / "smoke_text.py").write_text("edited", encoding="utf-8")
    digests.append(read("smoke"))
    assert len(set(digests)) == 3
