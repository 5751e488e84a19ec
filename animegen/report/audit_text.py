"""Shows what an audit found, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from animegen.proof.finding import Report


def audit_text(report: Report) -> str:
    """Return a report as lines: what holds, what could not be checked, what is wrong."""
    lines = [f"{report.film}: {report.summary}".removesuffix(": ")]
    lines += [f"  ok       {line}" for line in report.proven]
    lines += [f"  not here {line}" for line in report.unchecked]
    lines += [
        f"  {finding.trouble.upper():<8} {finding.where}: {finding.message}"
        for finding in report.findings
    ]
    count = len(report.findings)
    verdict = (
        f"proven: sha256:{report.digest}"
        if report.holds
        else f"NOT proven: {count} finding{'s' if count > 1 else ''}"
    )
    return "\n".join([*lines, f"  {verdict}"])


def audit_json(reports: Sequence[Report]) -> str:
    """Return the reports as JSON: `{"proven": bool, "films": [...]}`."""
    films = [{**asdict(report), "holds": report.holds} for report in reports]
    whole = {"proven": all(report.holds for report in reports), "films": films}
    return json.dumps(whole, indent=2, ensure_ascii=False)
