"""SB1xx: keys, shapes and names."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
    Explanation(
        code="SB101",
        title="a key is missing",
        text="""
            A storyboard needs `version`, `title` and `shots`; a shot needs `id`, `duration` and
            `prompt`. Everything else has a default.
        """,
        bad="""\
shots:
  - id: rooftop
    prompt: rain
""",
        good="""\
shots:
  - id: rooftop
    duration: 3s
    prompt: rain
""",
    ),
    Explanation(
        code="SB102",
        title="an unknown key",
        text="""
            A key that is not part of the language would do nothing, so it is an error: a misspelt
            key never passes silently. The help names the key that was probably meant, or the part
            of the storyboard where it belongs.
        """,
        bad="seeed: 7",
        good="seed: 7",
    ),
    Explanation(
        code="SB103",
        title="a value of the wrong kind",
        text="""
            The key wants a text, a number, a list or a mapping, and something else stands there.
            Watch for numbers and `true` where a text is wanted: those go in quotes.
        """,
        bad="title: 2001",
        good='title: "2001"',
    ),
    Explanation(
        code="SB104",
        title="not one of the words",
        text="""
            The key takes one of a few words. The help lists them.
        """,
        bad="quality: best",
        good="quality: high",
    ),
    Explanation(
        code="SB105",
        title="another version of the language",
        text="""
            This animegen reads version 1 of the language.
        """,
        bad="version: 2",
        good="version: 1",
    ),
    Explanation(
        code="SB106",
        title="an unsafe shot id",
        text="""
            A shot's id names its files and seeds its noise, on every system the same. So it is made
            of a to z, 0 to 9, - and _, begins with a letter and has at most 64 characters. What
            people read goes in `caption` or a comment.
        """,
        bad="id: Roof Top",
        good="id: roof-top",
    ),
    Explanation(
        code="SB107",
        title="a name that templates cannot use",
        text="""
            Variables and characters are used in templates as `{{ name }}`: letters, digits and _,
            beginning with a letter or _, at most 64 characters.
        """,
        bad="let: {time of day: night}",
        good="let: {time_of_day: night}",
    ),
    Explanation(
        code="SB108",
        title="a text is too short or too long",
        text="""
            A title has 1 to 200 characters.
        """,
        bad='title: ""',
        good="title: Rain",
    ),
    Explanation(
        code="SB109",
        title="the wrong number of entries",
        text="""
            The list has too few entries or too many. A film has at least one shot; each of the
            camera's moves is two numbers, at the shot's start and at its end; each control map, and
            each value of a variable to vary, is listed once.
        """,
        bad="camera: {zoom: [1.2]}",
        good="camera: {zoom: [1.0, 1.2]}",
    ),
)
