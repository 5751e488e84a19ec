"""`storyboard audit`: a finished film is proven, and whatever was altered in it is named."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from animegen.digest import digest_of, file_digest
from animegen.proof.document import comment_of, to_text
from animegen.proof.seal import Seal, sealed, unsealed
from animegen.store.layout import Layout
from tests.conftest import Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.slow

FILM = """
    version: 1
    title: Proof
    pack: smoke
    frame: {width: 64, height: 64}
    quality: draft
    shots:
      - {id: pose, duration: 1s, prompt: "girl, rain", control: [canny]}
      - {id: sea, duration: 1s, prompt: "sea"}
    """
MAP = "maps/pose/canny/map-000.png"


@dataclass(frozen=True)
class Finished:
    """A copy of a film folder with its store, to tamper with."""

    project: Project

    @property
    def out(self) -> Path:
        return self.project.folder / "out/proof"

    @property
    def film(self) -> Path:
        return self.out / "film.mp4"

    @property
    def layout(self) -> Layout:
        return Layout(self.project.folder / ".storyboard")

    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out / "provenance.json").read_text())
        return found

    def key(self, node: str) -> str:
        return str(self.data()["nodes"][node]["key"])

    def blob(self, node: str, name: str) -> Path:
        step = self.data()["lineage"]["steps"][self.key(node)]
        return self.layout.object(step["blobs"][name]["digest"])

    def write(self, data: dict[str, Any], *, resealed: bool = False) -> None:
        """Write a provenance; `resealed`, as somebody would who knows how it is made."""
        seal = data.pop("seal")
        if not resealed:
            text = json.dumps({**data, "seal": seal}, sort_keys=True, indent=1, ensure_ascii=False)
            (self.out / "provenance.json").write_text(text + "\n")
            return
        data["digest"] = digest_of(data["lineage"])
        bare = self.out / "bare.mp4"
        bare.write_bytes(b"".join(unsealed(self.film)))
        text = Seal(comment=comment_of(data["digest"]), description=data["summary"])
        self.film.write_bytes(b"".join(sealed(bare, text)))
        bare.unlink()
        data["files"]["film.mp4"] = file_digest(self.film)
        (self.out / "provenance.json").write_text(to_text(data))

    def rekey(self, change: Callable[[dict[str, Any]], None], node: str) -> None:
        """Change a step's record and all that follows from it, up to the seal."""
        data = self.data()
        steps = data["lineage"]["steps"]
        change(steps[data["nodes"][node]["key"]]["record"])
        new: dict[str, str] = {}
        for row in data["nodes"].values():  # in the order of the alphabet: until nothing changes
            new[row["key"]] = row["key"]
        for _ in data["nodes"]:
            for old in list(new):
                record = steps[old]["record"]
                inputs = {role: new[key] for role, key in record["inputs"].items()}
                new[old] = digest_of({**record, "inputs": inputs})
        for step in steps.values():
            record = step["record"]
            record["inputs"] = {role: new[key] for role, key in record["inputs"].items()}
        data["lineage"]["steps"] = {new[key]: step for key, step in steps.items()}
        data["lineage"]["film"] = new[data["lineage"]["film"]]
        data["made"] = {new[key]: made for key, made in data["made"].items()}
        for row in data["nodes"].values():
            row["key"] = new[row["key"]]
        self.write(data, resealed=True)

    def findings(self, *flags: str) -> set[tuple[str, str]]:
        """Return (trouble, where) of each finding; the exit code says whether there are any."""
        result = self.project.storyboard("audit", "out/proof", "--json", *flags)
        report = json.loads(result.out)
        assert result.code == (0 if report["proven"] else 1)
        (film,) = report["films"]
        return {(found["trouble"], found["where"]) for found in film["findings"]}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = Project(tmp_path_factory.mktemp("proof"))
    project.write(FILM)
    result = project.storyboard("render")
    assert result.code == 0, result.err
    return project.folder


@pytest.fixture
def finished(rendered: Path, tmp_path: Path) -> Finished:
    shutil.copytree(rendered, tmp_path / "film")
    return Finished(Project(tmp_path / "film"))


def test_a_finished_film_is_proven(finished: Finished) -> None:
    result = finished.project.storyboard("audit", "out/proof/film.mp4")
    digest = finished.data()["digest"]
    assert (result.code, result.out) == (
        0,
        "film.mp4: 16 frames at 8 fps, 64x64, 2 shots; 2 keyframes, 2 segments and 1 control map, "
        "all generated; external visual inputs: none\n"
        "  ok       provenance.json is as it was sealed\n"
        "  ok       every key follows from its record: 8 steps\n"
        "  ok       no step has an external visual input\n"
        "  ok       every control map descends from keyframes that were generated here: 1 map\n"
        "  ok       film.mp4 carries the digest of its lineage\n"
        "  ok       its frames are those that were rendered: 16\n"
        "  ok       what lies beside it is as it was written: 7 files\n"
        "  ok       the store holds the lineage's files: 13\n"
        f"  proven: sha256:{digest}\n",
    )


def test_without_its_store_it_says_what_it_cannot_check(finished: Finished) -> None:
    shutil.move(finished.out, finished.project.folder.parent / "alone")
    result = Project(finished.project.folder.parent).storyboard("audit", "alone")
    assert result.code == 0
    assert "  not here the store is not here: what lies between text and film (" in result.out


def test_what_the_store_has_dropped_is_no_alteration(finished: Finished) -> None:
    finished.blob("sea/segment-000", "frames.mkv").unlink()
    assert finished.findings() == set()
    told = finished.project.storyboard("audit", "out/proof").out
    assert "  not here the store has dropped 1 of the lineage's files" in told


def flip(path: Path, at: int) -> None:
    """Change one byte."""
    path.chmod(0o644)
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


def place_of_frame(film: Path, frame: int) -> int:
    import av

    with av.open(str(film)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        return sorted((packet.pts or 0, packet.pos or 0) for packet in packets)[frame][1]


def test_a_changed_frame(finished: Finished) -> None:
    flip(finished.film, place_of_frame(finished.film, 5) + 12)
    assert finished.findings() == {("altered", "film.mp4 frame 5")}


def test_a_film_cut_short(finished: Finished) -> None:
    finished.film.write_bytes(finished.film.read_bytes()[:-200])
    assert finished.findings() == {("altered", "film.mp4")}


def test_a_film_without_its_metadata(finished: Finished) -> None:
    finished.film.write_bytes(b"".join(unsealed(finished.film)))
    assert finished.findings() == {("altered", "film.mp4")}


def test_metadata_of_another_lineage(finished: Finished) -> None:
    digest = finished.data()["digest"].encode()
    content = finished.film.read_bytes()
    finished.film.write_bytes(content.replace(digest, b"0" * 64))
    assert finished.findings() == {("altered", "film.mp4")}


def test_another_summary_in_the_metadata(finished: Finished) -> None:
    content = finished.film.read_bytes()
    finished.film.write_bytes(content.replace(b"inputs: none", b"inputs: many"))
    assert finished.findings() == {("altered", "film.mp4")}


def test_a_byte_of_the_index(finished: Finished) -> None:
    content = finished.film.read_bytes()
    flip(finished.film, content.index(b"mvhd") + 20)
    assert finished.findings() == {("altered", "film.mp4")}


def test_a_film_that_is_gone(finished: Finished) -> None:
    finished.film.unlink()
    assert finished.findings() == {("missing", "film.mp4")}


def test_a_prompt_in_a_record(finished: Finished) -> None:
    data = finished.data()
    record = data["lineage"]["steps"][finished.key("sea/keyframe")]["record"]
    record["fields"]["conditioning"]["prompts"][0]["text"] = "mountains"
    finished.write(data)
    assert finished.findings() == {
        ("altered", "provenance.json"), ("altered", "sea/keyframe"),
    }  # fmt: skip


def test_a_blobs_digest_in_a_sealed_again_document(finished: Finished) -> None:
    data = finished.data()
    data["lineage"]["steps"][finished.key("sea/clip")]["blobs"]["clip.mkv"]["digest"] = "0" * 64
    finished.write(data, resealed=True)
    assert finished.findings() == {("altered", "sea/clip: entry")}


def test_a_step_that_is_another_ones_child(finished: Finished) -> None:
    data = finished.data()
    data["nodes"]["pose/canny"]["parents"]["keyframe"] = "sea/keyframe"
    finished.write(data, resealed=True)
    assert finished.findings() == {("altered", "pose/canny")}


def test_a_step_that_is_left_out(finished: Finished) -> None:
    data = finished.data()
    del data["lineage"]["steps"][finished.key("pose/keyframe")]
    finished.write(data, resealed=True)
    assert finished.findings() == {
        ("foreign", "pose/canny"), ("foreign", "pose/segment-000"), ("missing", "pose/keyframe"),
    }  # fmt: skip


def test_a_licence(finished: Finished) -> None:
    data = finished.data()
    data["weights"]["base"]["licence"] = "public domain"
    finished.write(data)
    assert finished.findings() == {("altered", "provenance.json")}


def test_a_time(finished: Finished) -> None:
    data = finished.data()
    data["made"][finished.key("film")]["seconds"] = 1
    finished.write(data)
    assert finished.findings() == {("altered", "provenance.json")}


def test_a_document_with_words_of_its_own(finished: Finished) -> None:
    data = finished.data()
    data["remark"] = "all is well"
    finished.write(data)
    assert finished.findings() == {("altered", "provenance.json")}


def test_a_document_that_was_laid_out_anew(finished: Finished) -> None:
    path = finished.out / "provenance.json"
    path.write_text(json.dumps(json.loads(path.read_text())))
    assert finished.findings() == {("altered", "provenance.json")}


def test_a_document_that_is_gone(finished: Finished) -> None:
    (finished.out / "provenance.json").unlink()
    assert finished.findings() == {("missing", "provenance.json")}


def test_a_map_painted_over(finished: Finished) -> None:
    Image.new("RGB", (64, 64), "white").save(finished.out / MAP)
    assert finished.findings() == {("altered", MAP)}


def test_a_map_that_is_gone(finished: Finished) -> None:
    (finished.out / MAP).unlink()
    assert finished.findings() == {("missing", MAP)}


def test_a_map_that_was_added(finished: Finished) -> None:
    shutil.copy(finished.out / MAP, finished.out / "maps/pose/canny/map-001.png")
    assert finished.findings() == {("added", "maps/pose/canny/map-001.png")}


def test_a_picture_in_the_store(finished: Finished) -> None:
    flip(finished.blob("pose/keyframe", "keyframe.png"), 60)
    assert finished.findings() == {("altered", "pose/keyframe: keyframe.png")}


def test_a_frame_in_the_store(finished: Finished) -> None:
    flip(finished.blob("sea/segment-000", "frames.mkv"), 2000)
    assert finished.findings() == {("altered", "sea/segment-000: frames.mkv")}


def test_an_entry_of_the_store(finished: Finished) -> None:
    entry = finished.layout.entry(finished.key("sea/keyframe"))
    entry.chmod(0o644)
    entry.write_text(entry.read_text().replace("sea", "bee"))
    assert finished.findings() == {("altered", "sea/keyframe: entry")}


def test_a_whole_lineage_made_up_around_a_foreign_picture(finished: Finished) -> None:
    """Every key, digest and seal is right: only what the record says gives it away."""
    finished.rekey(lambda record: record["fields"].update(image="art.png"), "pose/keyframe")
    assert finished.findings() == {("foreign", "pose/keyframe")}


def test_a_map_that_descends_from_nothing(finished: Finished) -> None:
    def orphan(record: dict[str, Any]) -> None:
        record["inputs"] = {}

    finished.rekey(orphan, "pose/canny")
    assert finished.findings() == {("foreign", "pose/canny"), ("altered", "pose/canny")}


def test_a_step_of_a_kind_that_nobody_knows(finished: Finished) -> None:
    finished.rekey(lambda record: record.update(kind="photograph"), "pose/keyframe")
    assert finished.findings() == {("foreign", "pose/keyframe"), ("foreign", "pose/canny")}


def test_weights_that_are_not_listed(finished: Finished) -> None:
    data = finished.data()
    del data["weights"]["motion"]
    finished.write(data, resealed=True)
    assert finished.findings() == {
        ("foreign", "pose/segment-000"), ("foreign", "sea/segment-000"),
    }  # fmt: skip


def test_a_folder_without_a_film_is_a_usage_error(project: Project) -> None:
    result = project.storyboard("audit", ".")
    assert (result.code, result.err) == (
        2,
        "error: . holds no film\n  help: name a film, or the folder it lies in\n",
    )
