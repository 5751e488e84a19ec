"""`storyboard explain`: why steps run or do not; or the long form of a diagnostic."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from animegen.cli.options import Device, Dtype, Quality, SetVariables, Slate, StoreFolder
from animegen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animegen.plan.explain import Now
    from animegen.plan.stories import Story

NAME = "explain"
_CODE = re.compile(r"SB\d+", re.IGNORECASE)


def command(
    target: Annotated[
        str, typer.Argument(metavar="FILE|SBnnn", help="The storyboard; or a diagnostic's code.")
    ],
    step: Annotated[
        str | None,
        typer.Argument(metavar="[SHOT[/STEP]]", help="Only this shot, or this step in full."),
    ] = None,
    variables: SetVariables = [],
    quality: Quality = None,
    slate: Slate = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the form of docs/incremental.md.")
    ] = False,
    store: StoreFolder = None,
    device: Device = "auto",
    dtype: Dtype = None,
) -> None:
    """Tell why each step is in the store or will run: which word changed, from what to what, where.

    With a code such as SB201: what the diagnostic means, why it is so, a bad and a good example.
    """
    from animegen.cli.opening import read
    from animegen.cli.session import explain_session, open_session
    from animegen.plan.explain import with_artifact

    if _CODE.fullmatch(target.strip()):
        _explain_code(target)
        return
    reading = read(Path(target), variables, quality=quality)
    session = open_session(reading, device=device, dtype=dtype, slate=slate, only=(), store=store)
    stories, now = explain_session(session, reading)
    chosen = _chosen(stories, step)
    if step or as_json:
        stories = {
            **stories,
            **{node: with_artifact(stories[node], session.store) for node in chosen},
        }
    if as_json:
        from animegen.report.explain_json import explain_json

        typer.echo(explain_json(stories, chosen, now), nl=False)
    else:
        typer.echo(_text(stories, step, now), nl=False)


def _text(stories: Mapping[str, Story], step: str | None, now: Now) -> str:
    from animegen.report.explain_text import film_text, shot_text, step_text

    if step is None:
        return film_text(now.reading.storyboard.title, stories, now)
    return step_text(stories, step, now) if step in stories else shot_text(stories, step, now)


def _chosen(stories: Mapping[str, Story], step: str | None) -> list[str]:
    """Return the nodes that were asked for.

    Raises:
        UsageError: for a shot or step that the film does not have.
    """
    if step is None or step in stories:
        return [step] if step else list(stories)
    found = [node for node, story in stories.items() if step and story.shot == step]
    if found:
        return found
    from difflib import get_close_matches

    known = [*dict.fromkeys(story.shot for story in stories.values() if story.shot), *stories]
    close = get_close_matches(step, known, n=1)
    raise UsageError(
        f"no shot or step is called `{step}`",
        remedy=f"did you mean `{close[0]}`?" if close else "`storyboard plan` lists both",
    )


def _explain_code(code: str) -> None:
    from animegen.storyboard.codes import CODES, explain

    wanted = code.strip().upper()
    if wanted not in CODES:
        raise UsageError(
            f"no diagnostic has the code {code}", remedy=f"the codes are {', '.join(sorted(CODES))}"
        )
    typer.echo(explain(wanted))
