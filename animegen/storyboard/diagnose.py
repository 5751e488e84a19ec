"""Findings as text for people and as JSON for programs. Unaware of how they were found."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

from animegen.storyboard.diagnose_snippet import snippet

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from animegen.storyboard.diagnostic import Diagnostic, Severity
    from animegen.storyboard.place import Source, Span

JSON_VERSION = 1
"""Raised when a field of the JSON form changes its name or meaning; new fields may appear."""

_SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")
_COLORS = {"error": "1;31", "warning": "1;33", "note": "1;36", "frame": "1;34", "message": "1"}


def in_order(diagnostics: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort findings by place; those about the whole file come first."""
    return tuple(sorted(diagnostics, key=lambda finding: (finding.span or (), finding.code)))


def summarize(diagnostics: Sequence[Diagnostic]) -> str:
    """Count findings: `2 errors, 1 warning`; empty when there are none."""
    counts = Counter(finding.severity for finding in diagnostics)
    parts = [
        f"{counts[severity]} {severity}{'s' if counts[severity] != 1 else ''}"
        for severity in _SEVERITIES
        if counts[severity]
    ]
    return ", ".join(parts)


def render_full(diagnostics: Sequence[Diagnostic], source: Source, *, color: bool) -> str:
    """Write each finding with its line of the file, a caret and help, then a summary line."""
    lines = source.lines
    blocks = ["\n".join(_full(finding, source, lines, color)) for finding in diagnostics]
    return "".join(f"{block}\n\n" for block in blocks) + f"{summarize(diagnostics)}\n"


def render_concise(
    diagnostics: Sequence[Diagnostic], source: Source, *, color: bool = False
) -> str:
    """Write one line for each finding: `file:line:col: severity[code]: message`."""
    return "".join(f"{_headline(finding, source, color)}\n" for finding in diagnostics)


def render_json(diagnostics: Sequence[Diagnostic], source: Source) -> str:
    """Write one JSON object.

    `version` (see `JSON_VERSION`), `file`, the counts `errors`, `warnings` and `notes`, and
    `diagnostics`: each with `code`, `severity`, `message`, `help`, `span` and `related`, a list of
    `span` and `message`. A span has `line`, `column`, `end_line` and `end_column`, half-open and
    counted from 1 in characters; it is null for a finding about the whole file.
    """
    counts = Counter(finding.severity for finding in diagnostics)
    report = {
        "version": JSON_VERSION,
        "file": str(source.path),
        **{f"{severity}s": counts[severity] for severity in _SEVERITIES},
        "diagnostics": [_plain(finding) for finding in diagnostics],
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def _plain(finding: Diagnostic) -> dict[str, Any]:
    return {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "help": finding.help,
        "span": _plain_span(finding.span),
        "related": [
            {"span": _plain_span(span), "message": words} for span, words in finding.related
        ],
    }


def _plain_span(span: Span | None) -> dict[str, int] | None:
    return span._asdict() if span else None


def _headline(finding: Diagnostic, source: Source, color: bool) -> str:
    place = f":{finding.span.line}:{finding.span.column}" if finding.span else ""
    label = _paint(f"{finding.severity}[{finding.code}]", finding.severity, color)
    return f"{source.path}{place}: {label}: {_paint(finding.message, 'message', color)}"


def _full(finding: Diagnostic, source: Source, lines: Sequence[str], color: bool) -> Iterator[str]:
    yield _headline(finding, source, color)
    spans = [span for span in (finding.span, *(span for span, _ in finding.related)) if span]
    gutter = " " * max((len(str(span.line)) for span in spans), default=1)
    bar = _paint(f"{gutter} |", "frame", color)
    if finding.span:
        yield bar
        yield from _shown(finding.span, lines, gutter, ("^", ""), (finding.severity, color))
    for span, words in finding.related:
        yield _paint(f"{gutter}::: {source.path}:{span.line}:{span.column}", "frame", color)
        yield from _shown(span, lines, gutter, ("-", words), ("frame", color))
    if finding.help:
        if spans:
            yield bar
        yield f"{_paint(f'{gutter} =', 'frame', color)} help: {finding.help}"


def _shown(
    span: Span, lines: Sequence[str], gutter: str, label: tuple[str, str], paint: tuple[str, bool]
) -> Iterator[str]:
    """Yield a line of the file and its marks; `label` is the mark and the words beside it."""
    mark, words = label
    role, color = paint
    line = lines[span.line - 1] if span.line <= len(lines) else ""
    text, underline = snippet(line, span, mark)
    number = _paint(f"{span.line:>{len(gutter)}} |", "frame", color)
    yield f"{number} {text}".rstrip()
    bar = _paint(f"{gutter} |", "frame", color)
    yield f"{bar} {_paint(f'{underline} {words}'.rstrip(), role, color)}"


def _paint(text: str, role: str, color: bool) -> str:
    return f"\x1b[{_COLORS[role]}m{text}\x1b[0m" if color else text
