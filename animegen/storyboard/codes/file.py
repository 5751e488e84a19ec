"""SB0xx: the file and its YAML."""

from __future__ import annotations

from animegen.storyboard.codes.explanation import Explanation

ENTRIES = (
    Explanation(
        code="SB001",
        title="the file is not UTF-8",
        text="""
            Storyboards are UTF-8 text, with or without a byte order mark. The message names the
            first byte that is not, counted from 0.

            Most often an editor saved the file in an older encoding such as Windows-1252 or Shift
            JIS. Save it again as UTF-8.
        """,
    ),
    Explanation(
        code="SB002",
        title="the file is larger than 1 MB",
        text="""
            A storyboard names its files, it does not contain them; a thousand shots fit into a
            quarter of a megabyte. The limit keeps a file that is no storyboard from being read at
            all.
        """,
    ),
    Explanation(
        code="SB003",
        title="the file is empty",
        text="""
            There is nothing in the file but white space and comments. `storyboard init` writes a
            commented storyboard to start from.
        """,
    ),
    Explanation(
        code="SB004",
        title="the file holds more than one document",
        text="""
            A line `---` begins another YAML document. One file is one film.
        """,
        bad="""\
title: One
---
title: Two
""",
        good="title: One",
    ),
    Explanation(
        code="SB005",
        title="the file is not a mapping",
        text="""
            A storyboard is a mapping of keys to values. This file is a list or a single value;
            perhaps the shots stand at the top, without the `shots:` above them.
        """,
        bad="""\
- id: rooftop
  duration: 3s
""",
        good="""\
shots:
  - id: rooftop
    duration: 3s
    prompt: rain
""",
    ),
    Explanation(
        code="SB006",
        title="a control character",
        text="""
            YAML allows tabs and line ends, but no other control characters. They come from copying
            out of a terminal or a PDF, and are invisible in most editors. In a text in double
            quotes one may be written as an escape.
        """,
    ),
    Explanation(
        code="SB010",
        title="this is not YAML",
        text="""
            The text does not follow the rules of YAML, and none of the well-known traps explains
            it. The place is where the parser gave up: look there and just above it, for indentation
            that does not line up, and for a missing colon or quote.
        """,
        bad="""\
title: Rain
pack smoke
seed: 1
""",
        good="""\
title: Rain
pack: smoke
seed: 1
""",
    ),
    Explanation(
        code="SB011",
        title="a value that begins with a brace stands without quotes",
        text="""
            `{` opens a mapping in YAML, so an unquoted `{{ name }}` at the start of a value is read
            as a mapping inside of a mapping, not as a template. Quotes make it a text.
        """,
        bad="prompt: {{ mina }} in the rain",
        good="""\
characters: {mina: {looks: "short red hair"}}
shots:
  - id: one
    duration: 3s
    prompt: "{{ mina }} in the rain"
""",
    ),
    Explanation(
        code="SB012",
        title="a colon in a text without quotes",
        text="""
            A colon followed by a space ends a key, so an unquoted text cannot hold one; inside of
            brackets, no colon at all. Put the text in quotes.
        """,
        bad="prompt: a girl: running",
        good='prompt: "a girl: running"',
    ),
    Explanation(
        code="SB013",
        title="a tab in the indentation",
        text="""
            YAML is indented with spaces: how wide a tab is would be anybody's guess. Most editors
            can be told to insert spaces.
        """,
        bad="""\
style:
	prompt: anime
""",
        good="""\
style:
  prompt: anime
""",
    ),
    Explanation(
        code="SB014",
        title="a quote is never closed",
        text="""
            The message points at the quote that opens. The text runs on to the next quote of the
            same kind, which may be lines below and belong to another text, or to the end of the
            file.

            Inside of single quotes an apostrophe is written twice: 'don''t'.
        """,
        bad="""\
title: "Rain
quality: "fast"
""",
        good="""\
title: "Rain"
quality: "fast"
""",
    ),
    Explanation(
        code="SB015",
        title="a key stands in one mapping twice",
        text="""
            Only one of the two could count, and which one would be a surprise. Both places are
            shown.
        """,
        bad="""\
seed: 1
seed: 2
""",
        good="seed: 2",
    ),
    Explanation(
        code="SB016",
        title="an alias of nothing",
        text="""
            `*name` repeats what an anchor `&name` marked further up, and there is no such anchor. A
            text that begins with an asterisk goes in quotes.
        """,
        bad="negative: *usual",
        good="""\
style: {negative: &usual "blurry, watermark"}
shots:
  - id: one
    duration: 3s
    prompt: rain
    negative: *usual
""",
    ),
    Explanation(
        code="SB017",
        title="an alias of itself",
        text="""
            `*name` stands inside of what `&name` marks: written out, it would never end.
        """,
        bad="let: &all {more: *all}",
        good="let: &all {weather: rain}",
    ),
    Explanation(
        code="SB018",
        title="aliases that grow without bounds",
        text="""
            Aliases of lists of aliases multiply: nine short lines can stand for a billion values. A
            storyboard may come to 250,000 values when all aliases are written out.
        """,
    ),
    Explanation(
        code="SB019",
        title="values are nested too deep",
        text="""
            At most 64 levels of brackets and indentation. The language itself needs six.
        """,
    ),
    Explanation(
        code="SB020",
        title="a text ends at a number sign",
        text="""
            A space and `#` begin a comment, even in the middle of an unquoted text. This warning
            appears when what follows does not look like a comment, as in `#1`.
        """,
        bad="prompt: apartment #12 at night",
        good='prompt: "apartment #12 at night"',
    ),
    Explanation(
        code="SB021",
        title="a YAML tag",
        text="""
            Tags such as `!!str` or `!name` are not part of the language. A text that begins with an
            exclamation mark goes in quotes.
        """,
        bad="title: !loud Rain",
        good='title: "!loud Rain"',
    ),
    Explanation(
        code="SB022",
        title="a key that is no plain word",
        text="""
            YAML lets a list or mapping be a key. The language does not.
        """,
        bad="""\
? [id, prompt]
: rain
""",
        good="title: rain",
    ),
    Explanation(
        code="SB023",
        title="a merge of something that is no mapping",
        text="""
            `<<: *name` adds the entries of the mapping marked `&name` to this one; entries of its
            own win. It takes one mapping or a list of them.
        """,
        bad="style: {<<: anime}",
        good="""\
style: &usual {prompt: anime}
shots:
  - &base {id: one, duration: 3s, prompt: rain}
  - {<<: *base, id: two}
""",
    ),
    Explanation(
        code="SB024",
        title="text after a closing quote",
        text="""
            A text that begins with a quote ends at the next one, and nothing may follow. Put all of
            it in quotes; use single quotes around double ones, or write them as \\".
        """,
        bad='title: "Rain" over the river',
        good="title: '\"Rain\" over the river'",
    ),
    Explanation(
        code="SB025",
        title="a bracket is never closed",
        text="""
            The message points at the bracket that opens, and at the place where a comma or the
            closing bracket was expected. A text that holds a bracket or a comma goes in quotes when
            it stands in brackets.
        """,
        bad="frame: {width: 256, height: 256",
        good="frame: {width: 256, height: 256}",
    ),
    Explanation(
        code="SB026",
        title="a value begins with a reserved character",
        text="""
            An unquoted text cannot begin with any of @ ` % , ] } or with a dash and a space.
        """,
        bad="title: @home",
        good='title: "@home"',
    ),
)
