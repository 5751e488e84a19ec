"""The edit matrix: every kind of edit, exactly what it renders again, and what is told of it.

`runs` are patterns of node ids: `mina/*` is all of a shot, `*/clip` every clip. `told` are the
names of the causes. The film is `edit_film.FILM`; docs/incremental.md shows this table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from edit_film import write_part
from weight_files import write

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scratch_project import Project

Edit = Callable[["Project"], None]
ALL = "*/* film"
DELIVERY = "*/clip film"
MOVING = "*/segment-* walk/draft-000 walk/canny-000 */clip film"
"""What a motion module takes part in: all but keyframes and the maps of keyframes."""


@dataclass(frozen=True)
class Row:
    """One edit."""

    name: str
    edit: Edit
    runs: str = ""
    """Patterns of the nodes that run, of all nodes after the edit."""
    told: tuple[str, ...] = ()
    """Names of the causes, sorted."""
    because: str = ""
    """Why this is right, where one could think otherwise."""
    flags: Mapping[str, str] = field(default_factory=dict)
    """Variables of `--set`."""
    quality: str | None = None
    """Of `--quality`."""
    dtype: str = "float32"
    evicted: tuple[str, ...] = ()
    """Nodes whose artifacts are taken out of the store."""
    damaged: tuple[str, ...] = ()
    """Nodes whose files are cut short in the store."""
    revised: str = ""
    """A kind of step whose code makes other pictures now."""
    upgraded: bool = False
    """Whether what is in the store was made with older libraries."""


def sub(*pairs: str, name: str = "film.yaml") -> Edit:
    """Return an edit that replaces texts: old, new, old, new, ..."""

    def edit(project: Project) -> None:
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            project.edit(old, new, name)

    return edit


def after(shot: str, line: str) -> Edit:
    """Return an edit that adds a line to a shot."""
    return sub(f"  - id: {shot}\n", f"  - id: {shot}\n    {line}\n")


def before(shot: str, block: str) -> Edit:
    """Return an edit that inserts a shot before another one."""
    return sub(f"  - id: {shot}\n", f"{block}  - id: {shot}\n")


def reorder(*order: str) -> Edit:
    """Return an edit that puts the shots into another order, or leaves some out."""

    def edit(project: Project) -> None:
        path = project.folder / "film.yaml"
        head, shots, ending = _parts(path.read_text(encoding="utf-8"))
        path.write_text(head + "".join(shots[shot] for shot in order) + ending, encoding="utf-8")

    return edit


def _parts(text: str) -> tuple[str, dict[str, str], str]:
    head, _, rest = text.partition("shots:\n")
    blocks, _, ending = rest.partition("ending:")
    shots = {block.partition("\n")[0]: f"  - id: {block}" for block in blocks.split("  - id: ")[1:]}
    return f"{head}shots:\n", shots, f"ending:{ending}"


def lora(name: str, content: str) -> Edit:
    """Return an edit that gives a LoRA's file other content."""
    return lambda project: _write_lora(project, name, content)


def _write_lora(project: Project, name: str, content: str) -> None:
    write(project.folder / f"loras/{name}.safetensors", content.encode())


def pick(shot: str, take: int) -> Edit:
    """Return an edit that picks a take of a shot."""
    text = f"version: 1\ntakes:\n  {shot}: {take}\n"

    def edit(project: Project) -> None:
        (project.folder / "film.lock.yaml").write_text(text, encoding="utf-8")

    return edit


def rename(old: str, new: str, *pairs: str) -> Edit:
    """Return an edit that renames a file and replaces texts."""

    def edit(project: Project) -> None:
        (project.folder / old).rename(project.folder / new)
        sub(*pairs)(project)

    return edit


def append(text: str, name: str) -> Edit:
    """Return an edit that adds text to a file."""

    def edit(project: Project) -> None:
        path = project.folder / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return edit


def both(first: Edit, second: Edit) -> Edit:
    """Return two edits as one."""

    def edit(project: Project) -> None:
        first(project)
        second(project)

    return edit


def part(path: str) -> Edit:
    """Return an edit that gives a part of the pack other content."""
    return lambda project: write_part(project, path, "other")


def nothing(project: Project) -> None:
    """Edit nothing."""


def take_away(path: str) -> Edit:
    """Return an edit that takes a file of the project away."""
    return lambda project: (project.folder / path).unlink()


BRIDGE = '  - {id: bridge, duration: 1s, prompt: "a bridge"}\n'
ROWS = (
    # No ingredient of any key
    Row("a comment", sub("seed: 7", "seed: 7  # lucky")),
    Row("blank lines, other spacing", sub("    duration: 1s\n", "\n    duration:   1s\n")),
    Row(
        "the order of keys",
        sub(
            "    duration: 1s\n    prompt: sky, clouds\n",
            "    prompt: sky, clouds\n    duration: 1s\n",
        ),
    ),
    Row("another style of quoting", sub("prompt: sky, clouds", "prompt: 'sky, clouds'")),
    Row("the title", sub("title: Six shots", "title: Another")),
    Row("the same duration in another unit", sub("duration: 1s", "duration: 1000ms")),
    Row("defaults written out", sub("seed: 7", "seed: 7\nquality: fast\nchaining: overlap")),
    Row("a variable that nobody uses", sub("unused: x", "unused: y")),
    Row(
        "a character that is in no shot",
        sub("characters:\n", 'characters:\n  ren: {looks: "1boy"}\n'),
    ),
    Row(
        "a LoRA of weight 0",
        after("sky", "loras: [{use: loras/spare.safetensors, weight: 0}]"),
        because="it does not act",
    ),
    Row(
        "a control map of weight 0",
        after("sky", "control: [{use: canny, weight: 0}]"),
        because="it does not act",
    ),
    Row("`chaining: windows` for a shot of one segment", after("sky", "chaining: windows")),
    Row(
        "a LoRA's file renamed",
        rename("loras/mina.safetensors", "loras/m2.safetensors", "loras/mina.", "loras/m2."),
    ),
    Row("the pack's file renamed", rename("own.toml", "mine.toml", "own.toml", "mine.toml")),
    # Delivery
    Row("output fps", sub("fps: 24", "fps: 25"), runs=DELIVERY, told=("output.fps",)),
    Row(
        "output size",
        sub("output: {width: 128, height: 128", "output: {width: 96, height: 96"),
        runs=DELIVERY,
        told=("output.height", "output.width"),
    ),
    Row(
        "how frames in between are made",
        sub("fps: 24", "fps: 24, interpolate: blend"),
        runs=DELIVERY,
        told=("output.interpolate",),
    ),
    Row(
        "crop or pad",
        sub("fps: 24", "fps: 24, fit: pad"),
        because="a clip does not ask whether its ratio needs it",
        runs=DELIVERY,
        told=("output.fit",),
    ),
    # Cuts
    Row(
        "a crossfade shorter",
        sub(
            "id: mina\n    transition: {crossfade: 500ms}",
            "id: mina\n    transition: {crossfade: 250ms}",
        ),
        runs="film",
        told=("shots.mina.transition",),
    ),
    Row(
        "a crossfade longer, within the handles",
        sub(
            "id: mina\n    transition: {crossfade: 500ms}",
            "id: mina\n    transition: {crossfade: 800ms}",
        ),
        runs="film",
        told=("shots.mina.transition",),
    ),
    Row(
        "a crossfade longer than the usual share of the handles",
        sub(
            "id: mina\n    transition: {crossfade: 500ms}",
            "id: mina\n    transition: {crossfade: 1300ms}",
        ),
        because="both shots show other ones of the frames that they have",
        runs="street/clip mina/clip film",
        told=("shots.mina.transition",),
    ),
    Row(
        "a crossfade longer than all handles",
        sub(
            "id: river\n    transition: {crossfade: 500ms}",
            "id: river\n    transition: {crossfade: 1400ms}",
        ),
        because="the river has a third segment, its texts on later frames; the road begins later",
        runs="walk/clip river/clip river/segment-000 river/segment-001 river/segment-002 film",
        told=("shots.river.transition",),
    ),
    Row(
        "a crossfade where a cut was",
        after("dance", "transition: {crossfade: 250ms}"),
        runs="film",
        told=("shots.dance.transition",),
    ),
    Row(
        "a crossfade taken out",
        sub("id: mina\n    transition: {crossfade: 500ms}", "id: mina"),
        runs="film",
        told=("shots.mina.transition",),
    ),
    Row(
        "another kind of transition",
        sub(
            "id: mina\n    transition: {crossfade: 500ms}", "id: mina\n    transition: {dip: 500ms}"
        ),
        runs="film",
        told=("shots.mina.transition",),
    ),
    Row(
        "the ending longer",
        sub("fade-out: 500ms", "fade-out: 750ms"),
        runs="film",
        told=("ending",),
    ),
    Row(
        "the ending a cut",
        sub("ending: {fade-out: 500ms}", "ending: cut"),
        runs="film",
        told=("ending",),
    ),
    Row(
        "a fade-in before the first shot",
        after("street", "transition: {fade-in: 500ms}"),
        runs="film",
        told=("shots.street.transition",),
    ),
    # The order of the shots
    Row(
        "two shots swapped",
        reorder("street", "mina", "dance", "walk", "sky", "river"),
        runs="film",
        told=("shots",),
    ),
    Row(
        "the last shot moved to the front",
        reorder("sky", "street", "mina", "dance", "walk", "river"),
        runs="film",
        told=("shots",),
    ),
    Row("a shot inserted first", before("street", BRIDGE), runs="bridge/* film", told=("shots",)),
    Row(
        "a shot inserted in the middle",
        before("dance", BRIDGE),
        runs="bridge/* film",
        told=("shots",),
    ),
    Row(
        "a shot inserted last",
        sub("ending:", BRIDGE + "ending:"),
        runs="bridge/* film",
        told=("shots",),
    ),
    Row(
        "a shot deleted",
        reorder("street", "mina", "dance", "walk", "river"),
        runs="film",
        told=("shots",),
    ),
    Row(
        "a shot renamed",
        sub("id: street", "id: lane"),
        because="its noise follows its id",
        runs="lane/* film",
    ),
    Row(
        "a shot with a seed of its own renamed",
        sub("id: sky", "id: heaven"),
        because="its noise does not",
    ),
    Row(
        "a shot renamed whose prompt has alternatives",
        sub("id: river", "id: stream"),
        runs="stream/* film",
    ),
    # Words
    Row(
        "the prompt of one shot",
        sub("sky, clouds", "sky, stars"),
        runs="sky/* film",
        told=("shots.sky.prompt",),
    ),
    Row(
        "the later text of a travelling prompt",
        sub("golden} evening", "golden} night"),
        runs="river/clip river/segment-001 film",
        told=("shots.river.prompt.2.5s",),
    ),
    Row(
        "the shared template's positive block",
        sub("anime{", "watercolour{", name="templates/look.j2"),
        runs=ALL,
        told=("templates/look.j2",),
    ),
    Row(
        "the shared template's negative block",
        sub("bad anatomy", "bad hands", name="templates/look.j2"),
        runs=ALL,
        told=("templates/look.j2",),
    ),
    Row("another template", sub("prompt: look", "prompt: none"), runs=ALL, told=("style.prompt",)),
    Row(
        "a shared variable",
        sub("weather: rain", "weather: snow"),
        runs="street/* walk/* film",
        told=("let.weather",),
    ),
    Row(
        "a shared variable on the command line",
        nothing,
        flags={"weather": "snow"},
        runs="street/* walk/* film",
        told=("--set weather",),
    ),
    Row(
        "a variable in one shot",
        after("street", "let: {weather: fog}"),
        runs="street/* film",
        told=("shots.street.let.weather",),
    ),
    Row(
        "a shared variable in which nothing is shared any more",
        sub(
            "weather: rain",
            "weather: snow",
            "id: street\n",
            "id: street\n    let: {weather: rain}\n",
        ),
        runs="walk/* film",
        told=("let.weather",),
    ),
    Row(
        "a character's looks",
        sub("red hair", "blue hair"),
        runs="mina/* dance/* film",
        told=("characters.mina.looks",),
    ),
    Row(
        "a character's negative prompt",
        sub("negative: hat", "negative: cap"),
        runs="mina/* dance/* film",
        told=("characters.mina.negative",),
    ),
    Row(
        "a character added to a shot",
        after("sky", "characters: [mina]"),
        runs="sky/* film",
        told=("shots.sky.characters",),
    ),
    Row(
        "the film's negative prompt",
        sub("negative: blurry", "negative: noisy"),
        runs=ALL,
        told=("style.negative",),
    ),
    Row(
        "a shot's negative prompt",
        after("sky", "negative: fog"),
        runs="sky/* film",
        told=("shots.sky.negative",),
    ),
    Row(
        "an alternative more",
        sub("{red|golden}", "{red|golden|grey|blue|pink}"),
        runs="river/clip river/segment-001 film",
        told=("shots.river.prompt.2.5s",),
    ),
    Row(
        "a wildcard's file",
        append("dawn\nnoon\n", "wildcards/time.txt"),
        runs="walk/* film",
        told=("wildcards/time.txt",),
    ),
    # Seeds
    Row(
        "the film's seed",
        sub("seed: 7", "seed: 8"),
        runs="street/* mina/* dance/* walk/* river/* film",
        told=("seed",),
    ),
    Row(
        "a travelling prompt blended by slerp",
        sub('      0s: "river', '      blend: slerp\n      0s: "river'),
        runs="river/segment-* river/clip film",
        told=("blend of the prompt",),
    ),
    Row("a take picked", pick("walk", 2), runs="walk/* film", told=("shots.walk.take",)),
    Row("the first take picked, as it was", pick("walk", 1)),
    Row("a shot's seed", sub("seed: 42", "seed: 43"), runs="sky/* film", told=("shots.sky.seed",)),
    Row(
        "a seed for one shot",
        after("street", "seed: 3"),
        runs="street/* film",
        told=("shots.street.seed",),
    ),
    Row(
        "a shot's seed taken out",
        sub("    seed: 42\n", ""),
        runs="sky/* film",
        told=("shots.sky.seed",),
    ),
    # Quality
    Row(
        "the film's quality", sub("seed: 7", "seed: 7\nquality: high"), runs=ALL, told=("quality",)
    ),
    Row(
        "a shot's quality",
        after("sky", "quality: high"),
        runs="sky/* film",
        told=("shots.sky.quality",),
    ),
    Row("--quality", nothing, quality="draft", runs=ALL, told=("--quality",)),
    Row(
        "the film's sampling",
        sub("seed: 7", "seed: 7\nsampling: {steps: 6}"),
        runs=ALL,
        told=("sampling.steps",),
    ),
    Row(
        "a shot's sampling",
        after("sky", "sampling: {guidance: 1.5}"),
        runs="sky/* film",
        told=("shots.sky.sampling.guidance",),
    ),
    # LoRAs
    Row(
        "the weight of the style's LoRA",
        sub("weight: 0.8}]\nlet", "weight: 0.75}]\nlet"),
        runs=ALL,
        told=("style.loras.loras/ink.safetensors",),
    ),
    Row(
        "the weight of a character's LoRA",
        sub("weight: 0.7", "weight: 0.65"),
        runs="mina/* dance/* film",
        told=("characters.mina.lora.loras/mina.safetensors",),
    ),
    Row(
        "a LoRA's file has other content",
        lora("mina", "trained longer"),
        runs="mina/* dance/* film",
        told=("loras/mina.safetensors",),
    ),
    Row(
        "a LoRA added to a shot",
        after("sky", "loras: [{use: loras/spare.safetensors, weight: 0.5}]"),
        runs="sky/* film",
        told=("shots.sky.loras.loras/spare.safetensors",),
    ),
    Row(
        "a LoRA taken out of the style",
        sub("  loras: [{use: loras/ink.safetensors, weight: 0.8}]\n", ""),
        runs=ALL,
        told=("style.loras.loras/ink.safetensors",),
    ),
    Row(
        "a LoRA by a tag in the prompt",
        sub("sky, clouds", "sky, clouds <lora:loras/spare.safetensors:0.5>"),
        runs="sky/* film",
        told=("shots.sky.prompt",),
    ),
    # The pack
    Row("the pack's base model", part("base"), runs=ALL, told=("the pack's `base`",)),
    Row("the pack's motion module", part("motion"), runs=MOVING, told=("the pack's `motion`",)),
    Row("the pack's few-step LoRA", part("loras/lcm.safetensors"), runs=ALL, told=("LoRA lcm",)),
    Row(
        "the pack's ControlNet for edges",
        part("controlnets/canny"),
        runs="dance/clip dance/segment-000 walk/clip walk/segment-000 film",
        told=("the pack's ControlNet for canny",),
    ),
    Row(
        "the pack's pose detector",
        part("detectors/pose"),
        runs="dance/clip dance/openpose dance/segment-000 film",
        told=("the pack's detector for openpose",),
    ),
    Row(
        "the pack's motion LoRA",
        part("motion-loras/pan-left.safetensors"),
        runs="river/clip river/segment-000 river/segment-001 film",
        told=("the pack's motion LoRA",),
    ),
    Row("a part of the pack that the film does not use", part("loras/aesthetic-anime.safetensors")),
    Row(
        "the pack's number of steps",
        append("\n[qualities.fast]\nsteps = 5\n", "own.toml"),
        runs=ALL,
        told=("the pack's sampling.steps",),
    ),
    Row(
        "the pack's motion strength",
        append("\n[motion]\nstrength = 0.7\n", "own.toml"),
        runs=MOVING,
        told=("the pack's motion strength",),
    ),
    Row(
        "a VAE of the pack's own",
        both(append('\n[vae]\npath = "vae"\n', "own.toml"), part("vae")),
        runs=ALL,
        told=("the pack's `vae`",),
    ),
    Row("another pack", sub("pack: own.toml", "pack: smoke"), runs=ALL, told=("pack",)),
    Row("another device's numerics", nothing, dtype="bfloat16", runs=ALL, told=("dtype",)),
    # Control
    Row(
        "a control map's weight",
        sub("{use: openpose, weight: 0.8}", "{use: openpose, weight: 0.6}"),
        runs="dance/clip dance/segment-000 film",
        told=("shots.dance.control.openpose.weight",),
    ),
    Row(
        "a control map's fallback",
        sub("{use: openpose, weight: 0.8}", "{use: openpose, weight: 0.8, fallback: canny}"),
        runs="dance/clip dance/openpose dance/segment-000 film",
        told=("shots.dance.control.openpose.fallback",),
    ),
    Row(
        "a control map more",
        sub("maps: [canny]", "maps: [canny, depth]"),
        runs="walk/clip walk/depth-000 walk/segment-000 film",
        told=("shots.walk.control.depth",),
    ),
    Row(
        "a control map less",
        sub("weight: 0.8}, canny]", "weight: 0.8}]"),
        runs="dance/clip dance/segment-000 film",
        told=("shots.dance.control.canny",),
    ),
    Row(
        "control added to a shot",
        after("sky", "control: [canny]"),
        runs="sky/canny sky/clip sky/segment-000 film",
        told=("shots.sky.control.canny",),
    ),
    Row(
        "control taken out of a shot",
        sub("    control: {from: draft, maps: [canny]}\n", ""),
        runs="walk/clip walk/segment-000 film",
        told=("shots.walk.control.canny", "shots.walk.control.from"),
    ),
    Row(
        "control from a draft instead of the keyframe",
        sub(
            "control: [{use: openpose, weight: 0.8}, canny]",
            "control: {from: draft, maps: [{use: openpose, weight: 0.8}, canny]}",
        ),
        runs="dance/canny-000 dance/clip dance/draft-000 dance/openpose-000 dance/segment-000 film",
        told=("shots.dance.control.from",),
    ),
    # Camera and motion
    Row(
        "the camera",
        sub("zoom: [1.0, 1.2]", "zoom: [1.0, 1.3]"),
        runs="sky/clip film",
        told=("shots.sky.camera.zoom",),
    ),
    Row(
        "a camera more",
        after("street", "camera: {zoom: [1.0, 1.1]}"),
        runs="street/clip film",
        told=("shots.street.camera.zoom",),
    ),
    Row(
        "a camera less",
        sub("    camera: {zoom: [1.0, 1.2]}\n", ""),
        runs="sky/clip film",
        told=("shots.sky.camera.zoom",),
    ),
    Row(
        "a motion that is a LoRA, at another strength",
        sub("motion: pan-left", "motion: {use: pan-left, strength: 0.8}"),
        runs="river/clip river/segment-000 river/segment-001 film",
        told=("shots.river.motion.strength",),
    ),
    Row(
        "a motion that the pack has no LoRA for",
        after("street", "motion: pan-right"),
        runs="street/clip film",
        told=("shots.street.motion",),
    ),
    Row(
        "allow_black",
        after("sky", "allow_black: true"),
        runs="sky/* film",
        told=("shots.sky.allow_black",),
    ),
    # Chaining and time
    Row(
        "`chaining: windows` for a long shot",
        after("river", "chaining: windows"),
        runs="river/clip river/segment-000 film",
        told=("shots.river.chaining.mode",),
    ),
    Row(
        "the film's overlap",
        sub("seed: 7", "seed: 7\nchaining: {overlap: 6}"),
        because="any segment may be followed by another one later",
        runs=MOVING,
        told=("chaining.overlap",),
    ),
    Row(
        "the film's drift",
        sub("seed: 7", "seed: 7\nchaining: {drift: 0.2}"),
        runs=MOVING,
        told=("chaining.drift",),
    ),
    Row(
        "a shot longer by one frame",
        sub("id: street\n    duration: 1s", "id: street\n    duration: 9f"),
        runs="street/clip film",
        told=("shots.street.duration",),
    ),
    Row(
        "a shot longer by two frames",
        sub("id: street\n    duration: 1s", "id: street\n    duration: 10f"),
        runs="street/clip film",
        told=("shots.street.duration",),
    ),
    Row(
        "a shot with a camera longer by one frame",
        sub("id: sky\n    duration: 1s", "id: sky\n    duration: 9f"),
        runs="sky/clip film",
        told=("shots.sky.duration",),
    ),
    Row(
        "a shot with a travelling prompt longer by one frame",
        sub("duration: 3s", "duration: 25f"),
        because="its handles, and so its frames, stay where they are",
        runs="film",
        told=("shots.river.duration",),
    ),
    Row(
        "a shot longer by one segment",
        sub("duration: 2500ms", "duration: 4s"),
        runs="mina/clip mina/segment-002 film",
        told=("shots.mina.duration",),
    ),
    Row(
        "a shot shorter by one segment",
        sub("duration: 2500ms", "duration: 1s"),
        runs="mina/clip film",
        told=("shots.mina.duration",),
    ),
    Row(
        "frame size", sub("frame: {width: 64", "frame: {width: 72"), runs=ALL, told=("frame.width",)
    ),
    Row(
        "frame fps",
        sub("height: 64, fps: 8", "height: 64, fps: 9"),
        runs="street/clip mina/clip dance/clip walk/clip river/clip "
        "river/segment-000 river/segment-001 river/segment-002 sky/clip film",
        told=("frame.fps",),
    ),
    # Several at once
    Row(
        "a prompt and a LoRA's file",
        both(sub("{{ mina }}, smile", "{{ mina }}, laughing"), lora("mina", "trained longer")),
        runs="mina/* dance/* film",
        told=("loras/mina.safetensors", "shots.mina.prompt"),
    ),
    Row(
        "a weight and the same LoRA's file",
        both(sub("weight: 0.7", "weight: 0.65"), lora("mina", "trained longer")),
        runs="mina/* dance/* film",
        told=("characters.mina.lora.loras/mina.safetensors", "loras/mina.safetensors"),
    ),
    # The store
    Row(
        "a segment evicted, its clip kept",
        nothing,
        evicted=("sky/segment-000",),
        because="all that reads it is there",
    ),
    Row("the film evicted", nothing, evicted=("film",), runs="film"),
    Row("a clip and the film evicted", nothing, evicted=("sky/clip", "film"), runs="sky/clip film"),
    Row(
        "a shot's clip and segments evicted, with the film",
        nothing,
        evicted=("river/segment-001", "river/clip", "film"),
        runs="river/clip river/segment-001 film",
    ),
    Row("the film's file damaged", nothing, damaged=("film",), runs="film"),
    # animegen itself
    Row("`revision` of step clip", nothing, revised="clip", runs=DELIVERY, told=("clip",)),
    Row("`revision` of step keyframe", nothing, revised="keyframe", runs=ALL, told=("keyframe",)),
    Row(
        "`revision` of step control",
        nothing,
        revised="control",
        runs="dance/canny dance/clip dance/openpose dance/segment-000 "
        "walk/canny-000 walk/clip walk/segment-000 film",
        told=("control",),
    ),
    Row("`revision` of step film", nothing, revised="film", runs="film", told=("film",)),
    Row(
        "a library upgraded",
        nothing,
        upgraded=True,
        because="recorded beside the artifact, never in a key",
    ),
    Row("an edit undone", both(sub("sky, clouds", "sky, stars"), sub("sky, stars", "sky, clouds"))),
)
