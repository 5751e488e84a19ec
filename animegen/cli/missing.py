"""What a plan says of weights that are not on this machine: it is shown, then refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from animegen.errors import WeightsMissing
    from animegen.packs.weights import Weights


def missing_weights(weights: Weights) -> tuple[WeightsMissing, ...]:
    """Return an error for each of the weights that the plan asked for and that are not here."""
    from animegen.packs.wished import WishedWeights

    return tuple(weights.gone.values()) if isinstance(weights, WishedWeights) else ()


def refuse_missing(weights: Weights) -> None:
    """Return if all weights of a plan are here.

    Raises:
        WeightsMissing: names all that are not.
    """
    from animegen.errors import WeightsMissing

    missing = missing_weights(weights)
    if len(missing) == 1:
        raise missing[0]
    if missing:
        raise WeightsMissing(
            "\n  ".join(["weights are missing:", *(each.message for each in missing)]),
            remedy="\n        ".join(dict.fromkeys(each.remedy for each in missing)),
        )
