"""`storyboard submit`: PDFs within their limits, and sources that render the same film."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from films import THREE_SHOTS
from pypdf import PdfReader

from animegen.report.handin import poster

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import Project, Result

ABOUT = """\
# Artistic description
A film about **rain** and *light*, see https://example.org/rain.

- first, the street
- then the `sea`

# Technical description
Slates & <cards>, 雨の川, 한강.
"""
FILES = """\
handin/writeup.pdf
handin/poster.pdf
handin/film.slate.mp4
handin/film.slate.provenance.json
handin/reproduce.sh
handin/source
handin/credits.md
handin/credits.bib
handin/end-card.txt
"""


@pytest.fixture
def film(project: Project) -> Project:
    project.write(THREE_SHOTS)
    project.write(ABOUT, "about.md")
    return project


def submit(film: Project, *flags: str) -> Result:
    return film.storyboard(
        "submit", "film.yaml", "--slate", "--name", "Gruppe Übergroß", "--id", "2025-1", *flags
    )


def text_of(path: Path) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(path).pages)


def test_everything_that_is_handed_in(film: Project) -> None:
    result = submit(film, "--name", "Mina", "--id", "7", "--about", "about.md")
    assert result.code == 0, result.err
    assert result.out.endswith(FILES)
    handin = film.folder / "handin"
    assert sorted(path.name for path in handin.iterdir()) == sorted(
        line.removeprefix("handin/") for line in FILES.split()
    )
    writeup = PdfReader(handin / "writeup.pdf")
    assert len(writeup.pages) <= 4
    assert writeup.metadata is not None
    assert (writeup.metadata.title, writeup.metadata.author) == (
        "Three shots", "Gruppe Übergroß, Mina",
    )  # fmt: skip
    told = text_of(handin / "writeup.pdf")
    for words in (
        "Three shots", "Gruppe Übergroß (2025-1)", "Mina (7)", "Artistic description",
        "Technical description", "A film about rain and light", "• first, the street",
        "Slates & <cards>, 雨の川, 한강.", "Reproduction", "sh reproduce.sh",
        "Checkpoints and citations", "None: these are slates", "72 frames",
    ):  # fmt: skip
        assert words in told.replace("\n", " ").replace("•  ", "• "), words


def test_the_poster_is_one_page_of_a1(film: Project) -> None:
    submit(film, "--about", "about.md")
    path = film.folder / "handin/poster.pdf"
    assert path.stat().st_size <= 10_000_000
    (page,) = PdfReader(path).pages
    assert [round(float(side) * 25.4 / 72) for side in page.mediabox[2:]] == [594, 841]
    assert len(page.images) == 9
    told = page.extract_text()
    for words in (
        "Three shots",
        "Gruppe Übergroß (2025-1)",
        "Storyboard",
        "Slates",
        "Film",
        "Proof",
    ):
        assert words in told


def test_the_same_film_gives_the_same_hand_in(film: Project) -> None:
    submit(film, "--about", "about.md")
    names = ("writeup.pdf", "poster.pdf", "reproduce.sh", "film.slate.mp4")
    first = [(film.folder / "handin" / name).read_bytes() for name in names]
    submit(film, "--about", "about.md")
    assert [(film.folder / "handin" / name).read_bytes() for name in names] == first


def test_reproduce_renders_the_same_film_in_a_copy(
    film: Project, tmp_path_factory: pytest.TempPathFactory
) -> None:
    film.edit('prompt: "river"', 'prompt: "{river|lake}, {{ mood }}"')
    film.edit("let: {weather: rain}", "let: {weather: rain, mood: calm}\nstyle: {prompt: own}")
    film.write("{% block positive %}{{ prompt }}, ink{% endblock %}", "templates/own.j2")
    result = submit(film, "--set", "mood=wild night")
    assert result.code == 0, result.err
    copy = tmp_path_factory.mktemp("elsewhere") / "handin"
    shutil.copytree(film.folder / "handin", copy)
    shutil.rmtree(film.folder / ".storyboard")
    done = subprocess.run(
        ["sh", "reproduce.sh"],
        cwd=copy,
        env={**os.environ, "STORYBOARD": f"{sys.executable} -m animegen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (
        0,
        "../reproduced/film.slate.mp4\nthe same film, byte for byte\n",
    ), done.stderr
    assert film.storyboard("audit", str(copy / "reproduced")).code == 0
    assert film.storyboard("audit", str(copy)).code == 0


def test_a_reproduction_that_differs_says_so(film: Project) -> None:
    submit(film)
    handin = film.folder / "handin"
    (handin / "film.slate.mp4").write_bytes(b"another film")
    done = subprocess.run(
        ["sh", "reproduce.sh", "--quiet"],
        cwd=handin,
        env={**os.environ, "STORYBOARD": f"{sys.executable} -m animegen"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "reproduced/film.slate.mp4 differs from film.slate.mp4" in done.stderr


def test_too_many_pages_is_an_error_that_says_by_how_many(film: Project) -> None:
    film.write("# Much\n\n" + "Rain falls on the river again. " * 900, "about.md")
    result = submit(film, "--about", "about.md", "--quiet")
    assert (result.code, result.err) == (
        1,
        "error: the write-up has 6 pages, 2 over the limit of 4\n"
        "  help: shorten the text of --about by some 1300 words\n",
    )
    assert not (film.folder / "handin").exists()


def test_too_large_a_poster_is_an_error_that_says_by_how_much(
    film: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poster, "MOST_BYTES", 20_000)
    result = submit(film, "--quiet", "--stills", "3", "--still-width", "64", "--about", "about.md")
    assert result.code == 1
    assert "error: poster.pdf has 0." in result.err
    assert " MB over the limit of 0 MB" in result.err
    assert not (film.folder / "handin").exists()


def test_names_and_ids_come_in_pairs(film: Project) -> None:
    result = film.storyboard("submit", "--slate", "--name", "Mina")
    assert (result.code, result.err) == (
        2, "error: 1 names and 0 ids\n  help: write --name NAME --id ID for each\n",
    )  # fmt: skip


def test_letters_that_no_font_has_are_told(film: Project) -> None:
    film.write("A smile: \U0001f600", "about.md")
    result = submit(film, "--about", "about.md", "--quiet")
    assert result.err == "note: no font has \U0001f600: `?` stands for it; --font names one\n"
