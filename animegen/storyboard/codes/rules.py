"""SB5xx and SB6xx: templates, and the rules about files."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
    Explanation(
        code="SB501",
        title="an undefined variable",
        text="""
            A template's variables are those of `let` (the shot's own win over the film's), of
            `--set` on the command line (which win over both), and the characters by name. A
            variable that is not defined is an error, never an empty text. `{{ name | default('...')
            }}` allows for one that is missing. `--set` and `vary` set what `let` defines.
        """,
        bad='prompt: "rain, {{ wether }}"',
        good="""\
let: {weather: rain}
shots:
  - id: one
    duration: 3s
    prompt: "a girl, {{ weather }}"
""",
    ),
    Explanation(
        code="SB502",
        title="an operation that templates do not have",
        text="""
            Prompt templates are a small part of Jinja2: variables, if/else, comparisons, and a few
            filters. Attributes, calls, loops, arithmetic and other files are not: a storyboard from
            a stranger must be safe to open.
        """,
        bad="prompt: \"{{ 'a' * 1000000000 }}\"",
        good="prompt: \"{{ 'rain' | upper }}\"",
    ),
    Explanation(
        code="SB503",
        title="a template that cannot be read",
        text="""
            The template breaks the rules of Jinja2: most often a brace or an `endif` is missing.
        """,
        bad='prompt: "{{ weather"',
        good="""\
let: {weather: rain}
shots:
  - id: one
    duration: 3s
    prompt: "{{ weather }}"
""",
    ),
    Explanation(
        code="SB504",
        title="a text that grows too long",
        text="""
            What a template makes has at most 8,000 characters: about thirty times what the text
            encoder reads at once.
        """,
    ),
    Explanation(
        code="SB505",
        title="a prompt's emphasis cannot be read",
        text="""
            In a prompt `(word)` and `(word:1.2)` stress a word, `[word]` plays it down, `{a|b}`
            chooses and `<lora:name:0.8>` adds a LoRA. A bracket that is meant as such is written
            with a backslash, as in `\\(film\\)`; in YAML put the text in single quotes then.

            Weights far from 1 distort the picture, so those outside of 0 to 2 are warned of, also
            when nested brackets multiply to them. More than 32 brackets in each other are an error.
        """,
        bad='prompt: "a girl, (red hair:1.2"',
        good='prompt: "a girl, (red hair:1.2)"',
    ),
    Explanation(
        code="SB506",
        title="a variable that changes nothing",
        text="""
            `storyboard vary` was asked to try several values of a variable, and every picture comes
            out the same whatever the value: no prompt uses it, or none that is rendered with the
            chosen `--shots` and `--until`. It is found by comparing what the pictures would be made
            from, so it is exact. This is a warning; the variations are rendered all the same, and
            nothing twice.
        """,
    ),
    Explanation(
        code="SB601",
        title="an external picture, video or address",
        text="""
            No external visual input may condition generation: this is the first rule of the films
            that animegen makes, and each film carries the proof. The language has no word that
            names an image, a video or a URL.

            Use `control:` to hold a shot together: its maps are drawn from the shot's own generated
            pictures. Use `characters:` with a LoRA to keep a face the same, and `prompt:` to say
            what is to be seen.
        """,
        bad="init_image: rooftop.png",
        good="control: [openpose, depth]",
    ),
    Explanation(
        code="SB602",
        title="pickled weights",
        text="""
            Files that end in .ckpt, .pt, .pth, .bin or .pkl are Python pickles: reading one can run
            any code that its author put there. animegen reads .safetensors only, which hold nothing
            but numbers.
        """,
        bad="loras: [loras/style.ckpt]",
        good="loras: [loras/style.safetensors]",
    ),
    Explanation(
        code="SB603",
        title="a path that leaves the project",
        text="""
            Files are named by paths relative to the project's folder and lie inside of it, also
            after following links. So a storyboard works the same on every machine and cannot reach
            into somebody's home.
        """,
        bad="soundtrack: {file: ../music.flac}",
        good="soundtrack: {file: music.flac}",
    ),
    Explanation(
        code="SB604",
        title="a file that is not there",
        text="""
            Paths start from the project's folder, which is where its `.storyboard` folder lies: the
            storyboard's own folder or one above it.
        """,
        bad="soundtrack: {file: no-such-file.flac}",
        good="soundtrack: {file: music.flac}",
    ),
    Explanation(
        code="SB605",
        title="a LoRA file that cannot be used",
        text="""
            The header of every LoRA file is read before any work is done. The message names the
            cause: the file is empty or cut off (a download that did not finish), a pointer of Git
            LFS, a web page (a download that asked for a login), a pickle under another name, or
            its header is damaged.
        """,
    ),
    Explanation(
        code="SB606",
        title="a LoRA made for another base model",
        text="""
            A LoRA changes the layers of one base model: one of SD 1.5 does not fit SDXL, whatever
            its name says. What a file was made for is read from the width of the text that its
            layers take (768 in SD 1.5, 1024 in SD 2, 2048 in SDXL), or else from what its trainer
            wrote into it.
        """,
    ),
    Explanation(
        code="SB607",
        title="a soundtrack that cannot be used",
        text="""
            A soundtrack is a file with sound and nothing else: WAV, FLAC, MP3, AAC, Ogg, M4A, AIFF
            and others. A file that holds pictures, too, is refused, a cover included: sound is no
            visual input, a cover is. To take a cover out without touching the sound:
            `ffmpeg -i song.mp3 -map 0:a -c copy music.mp3`.
        """,
    ),
    Explanation(
        code="SB608",
        title="a font that cannot be used",
        text="""
            `font` names a font file of the project (.ttf, .otf, .ttc) that has every letter of the
            film's titles and of the captions in its picture. Without it animegen's own font is
            used, which has English letters, or a font of this machine that has the letters.
        """,
    ),
)
