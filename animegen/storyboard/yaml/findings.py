"""What can be wrong with a file as YAML, in words. Unaware of how it is found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from animegen.storyboard.diagnostic import Diagnostic

if TYPE_CHECKING:
    from animegen.storyboard.place import Span
    from animegen.storyboard.yaml.node import Node
    from animegen.storyboard.yaml.text import Text


def error(
    code: str,
    message: str,
    span: Span | None,
    remedy: str = "",
    related: tuple[tuple[Span, str], ...] = (),
) -> Diagnostic:
    """Build a finding that makes the file unusable."""
    return Diagnostic(
        code=code, severity="error", message=message, span=span, help=remedy, related=related
    )


def empty() -> Diagnostic:
    """Nothing but white space and comments."""
    return error(
        "SB003",
        "the file is empty",
        None,
        "`storyboard init` writes a storyboard to start from",
    )


def several_documents(text: Text, start: int) -> Diagnostic:
    """A second document begins at `start`."""
    return error(
        "SB004",
        "the file holds more than one document",
        text.span(start, text.rest_of_line(start)),
        "one file is one film: remove this `---` or move what follows to a file of its own",
    )


def no_mapping(text: Text, root: Node) -> Diagnostic:
    """The file is a list or a single value."""
    found = "a list" if root.items is not None else "a single value"
    return error(
        "SB005",
        f"a storyboard is a mapping of keys to values, not {found}",
        text.span(root.start, text.rest_of_line(root.start)),
        "begin with `version: 1`, `title: ...` and `shots:`",
    )


def braces(text: Text, start: int, end: int) -> Diagnostic:
    """An unquoted value begins with `{`, which YAML reads as a mapping."""
    written = text.text[start:end]
    opening = written[:2] if written[1:2] in ("{", "%") else "{"
    return error(
        "SB011",
        f"a value that begins with `{opening}` must stand in quotes",
        text.span(start, end),
        f"write {quoted(written)}",
    )


def no_plain_key(text: Text, key: Node) -> Diagnostic:
    """A list or mapping stands where a key should."""
    return error("SB022", "a key must be a plain word", text.span(key.start, key.end))


def empty_key(text: Text, key: Node) -> Diagnostic:
    """Nothing, or `null`, stands where a key should."""
    end = max(key.end, key.start + 1)
    return error(
        "SB022", "this key is empty", text.span(key.start, end), "write a key, or remove it"
    )


def duplicate_key(text: Text, first: Node, second: Node) -> Diagnostic:
    """One mapping has the same key twice; YAML loaders keep whichever they like."""
    return error(
        "SB015",
        f"the key `{second.value}` stands here twice",
        text.span(second.start, second.end),
        "remove one of the two",
        related=((text.span(first.start, first.end), "first written here"),),
    )


def undefined_alias(text: Text, name: str, start: int, end: int, hint: str) -> Diagnostic:
    """`*name` without an `&name` before it."""
    remedy = (
        hint or f'an alias needs an anchor `&{name}` before it; a text goes in quotes: "*{name}"'
    )
    return error("SB016", f"nothing is called `&{name}` above", text.span(start, end), remedy)


def recursive_alias(text: Text, name: str, start: int, end: int) -> Diagnostic:
    """`*name` inside of what `&name` stands for."""
    return error(
        "SB017",
        f"`*{name}` contains itself",
        text.span(start, end),
        f"move `&{name}` to a part that does not hold this alias",
    )


def too_many_nodes(text: Text, start: int, most: int) -> Diagnostic:
    """Aliases of aliases of aliases."""
    return error(
        "SB018",
        f"written out, the aliases here come to more than {most:,} values",
        text.span(start, text.rest_of_line(start)),
        "use fewer nested aliases",
    )


def too_deep(text: Text, start: int, deepest: int) -> Diagnostic:
    """Brackets in brackets in brackets."""
    return error(
        "SB019",
        f"values are nested more than {deepest} levels deep",
        text.span(start, start + 1),
        "a storyboard never needs more than six",
    )


def tag(text: Text, start: int, name: str) -> Diagnostic:
    """`!name` before a value."""
    return error(
        "SB021",
        f"the YAML tag `{name}` is not part of the language",
        text.span(start, start + 1),
        'remove it; a text that begins with `!` goes in quotes: "!..."',
    )


def no_merge(text: Text, value: Node) -> Diagnostic:
    """`<<` with something that cannot be merged."""
    return error(
        "SB023",
        "`<<` merges a mapping, or a list of mappings",
        text.span(value.start, value.end),
        "write `<<: *name` for a mapping that is marked `&name`",
    )


def quoted(text: str) -> str:
    """Write a text as a quoted YAML scalar, with as few escapes as possible."""
    text = text.strip()
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def unclosed_quote(text: Text, opening: int) -> Diagnostic:
    """A quote opens and never closes where it should."""
    quote = text.text[opening]
    remedy = f"add the closing `{quote}`"
    if quote == "'":
        remedy += "; inside single quotes an apostrophe is written twice: 'don''t'"
    return error(
        "SB014", f"this `{quote}` is never closed", text.span(opening, opening + 1), remedy
    )


def after_quote(text: Text, opening: int, end: int) -> Diagnostic:
    """A quoted text is followed by more text."""
    line_end = text.rest_of_line(end)
    quote = text.text[opening]
    written = text.text[opening:line_end]
    # In `'don't` the quote was meant as an apostrophe, in `"Rain" again` as part of the text.
    apostrophe = text.text[end].isalnum()
    inside = written.strip(quote) if apostrophe or written.endswith(quote) else written
    return error(
        "SB024",
        f"the text ends at this `{quote}`, but more follows",
        text.span(end - 1, end),
        f"put all of it in quotes: {quoted(inside)}",
    )


def tab(text: Text, place: int) -> Diagnostic:
    """A tab among the white space that a line begins with."""
    return error(
        "SB013",
        "YAML is indented with spaces, not tabs",
        text.span(place, place + 1),
        "replace each tab by two spaces",
    )


def second_colon(text: Text, value: int, colon: int) -> Diagnostic:
    """An unquoted text holds `: `, which YAML takes for another key."""
    written = text.text[value : text.rest_of_line(value)]
    return error(
        "SB012",
        "an unquoted text cannot hold a colon followed by a space",
        text.span(colon, colon + 1),
        f"put the text in quotes: {quoted(written)}",
    )


def truncated(text: Text, start: int, end: int) -> Diagnostic:
    """An unquoted text ends at ` #`: the rest is a comment, which is hardly what was meant."""
    line_end = text.rest_of_line(end)
    whole = quoted(text.text[start:line_end])
    return Diagnostic(
        code="SB020",
        severity="warning",
        message="the text ends before ` #`; the rest of the line is a comment",
        span=text.span(end, line_end),
        help=f"if it belongs to the text, put all of it in quotes: {whole}",
    )
