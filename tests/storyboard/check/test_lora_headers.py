"""LoRA files are read when a storyboard is: damage, other base models, trigger words."""

from __future__ import annotations

from pathlib import Path

import pytest
from weight_files import kohya, safetensors

TINY = {"unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k.lora_A.weight": (4, 96)}


@pytest.fixture
def lora(film):
    """Write a LoRA into the project, name it in a shot of one prompt, and check that."""

    def check(content: bytes, prompt: str = "a street", name: str = "loras/mine.safetensors"):
        path = film.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        use = name if name.startswith("loras") else Path(name).name
        return film.check(
            f"shots:\n  - {{id: a, duration: 2s, prompt: '{prompt}', loras: [{use}]}}\n"
        )

    return check


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "{path} is empty: it has no bytes at all"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n",
            "{path} is a pointer of Git LFS, not the weights themselves",
        ),
        (b"<html><body>404</body></html>", "{path} is a web page, not weights"),
        (b"PK\x03\x04" + bytes(60), "{path} is a pickle: loading it could run any code"),
        (safetensors(TINY)[:-5], "{path} is cut off: of 920 bytes it has 915"),
    ],
)
def test_a_damaged_file_is_an_error_with_its_cause(film, lora, content, message) -> None:
    checked = lora(content)
    path = film.folder / "loras" / "mine.safetensors"
    assert checked.found == [
        ("SB605", "loras/mine.safetensors", message.replace("{path}", str(path)))
    ]
    assert checked.only.help


def test_a_lora_of_another_base_model_is_an_error(lora) -> None:
    checked = lora(safetensors(kohya(768), {"ss_base_model_version": "sdxl_base_v1-0"}))
    message = (
        "the LoRA mine.safetensors was made for another base model: "
        "SD 1.5, whose text is 768 wide, where the pack's model takes 2048"
    )
    assert checked.found == [("SB606", "loras/mine.safetensors", message)]
    assert checked.only.help == "use a LoRA that was made for the pack's base model"


def test_the_width_of_the_packs_own_model_counts(film, lora) -> None:
    film.write("weights/base/unet/config.json", '{"cross_attention_dim": 96}')
    assert lora(safetensors(TINY)).found == []
    assert [code for code, *_ in lora(safetensors(kohya(2048))).found] == ["SB606"]


def test_the_packs_own_loras_are_read_where_they_are_here(lora) -> None:
    assert lora(safetensors(TINY), name="weights/mina").found == []
    found = lora(safetensors(kohya(1024)), name="weights/mina").found
    assert [(code, marked) for code, marked, _ in found] == [("SB606", "mina")]


@pytest.mark.parametrize(
    ("prompt", "warned"),
    [
        ("a street", ["mina", "red scarf"]),
        ("mina on a street", ["red scarf"]),
        ("(Mina:1.2), RED SCARF, a street", []),
        ("mina_, red scarfs", ["mina", "red scarf"]),
    ],
)
def test_missing_trigger_words_are_warned_of(lora, prompt: str, warned: list[str]) -> None:
    checked = lora(
        safetensors(TINY, {"modelspec.trigger_phrase": "mina, red scarf"}), prompt=prompt
    )
    assert checked.found == [
        (
            "warning SB707",
            "loras/mine.safetensors",
            f"`loras/mine.safetensors` acts on the word `{word}`, which is not in the prompt",
        )
        for word in warned
    ]
    assert [lora.use for lora in checked.shot.loras] == ["loras/mine.safetensors"]


def test_the_packs_triggers_are_looked_for_in_looks_and_style(film) -> None:
    pack = (film.folder / "tiny.toml").read_text()
    film.write("tiny.toml", pack.replace('path = "mina"', 'path = "mina", triggers = ["mina"]'))
    text = """
        characters: {{hero: {{looks: "{looks}", lora: mina}}}}
        shots:
          - {{id: a, duration: 1s, prompt: "{{{{ hero }}}} walks"}}
          - {{id: b, duration: 1s, prompt: "{{{{ hero }}}} runs"}}
        """
    assert film.check(text.format(looks="mina, red hair")).found == []
    checked = film.check(text.format(looks="red hair"))
    assert checked.found == [
        (
            "warning SB707",
            "mina",
            "`mina` acts on the word `mina`, which is not in the prompt",
        )
    ]
    assert checked.only.help == "write `mina` into the prompt, or into the looks of the character"


def test_one_prompt_of_a_travel_is_enough_and_weight_0_needs_none(film) -> None:
    pack = (film.folder / "tiny.toml").read_text()
    film.write("tiny.toml", pack.replace('path = "mina"', 'path = "mina", triggers = ["mina"]'))
    shots = (
        'shots: [{{id: a, duration: 2s, prompt: {{0s: "{first}", 1s: "{then}"}}, loras: [{use}]}}]'
    )
    travel = film.check(shots.format(first="a street", then="mina", use="mina"))
    assert travel.found == []
    off = film.check(shots.format(first="x", then="y", use="{use: mina, weight: 0}"))
    assert off.found == []


def test_an_experimental_motion_is_told(film) -> None:
    checked = film.check("pack: sd2\nshots: [{id: a, duration: 2s, prompt: x}]\n")
    assert checked.found == [
        (
            "note SB708",
            "sd2",
            "the motion of pack `sd2` is an experiment: trained on the features of SD 1.5: "
            "it fits SD 2.1 in shape, not in what it learnt",
        )
    ]
