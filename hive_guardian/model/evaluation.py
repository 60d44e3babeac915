"""The result of an evaluation: what every reporter of evaluations renders."""

import math
from collections.abc import Mapping
from dataclasses import field
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen

_Z = 1.959963984540054
"""Quantile of the normal distribution for an interval of 95 %."""


class Want(StrEnum):
    """What a measure is held to."""

    LEAST = "at least"
    MOST = "at most"
    NOTHING = "reported only"


@frozen
class Measure:
    """One number.

    Attributes:
        name: short and stable, such as `leak-N1`.
        about: what is counted, as a phrase.
        count: how often.
        of: in how many.
        want: whether a high or a low share is wanted.
        limit: the share that must be kept to.
        examples: where it went wrong, for a person; sorted.
    """

    name: str
    about: str
    count: int
    of: int
    want: Want = Want.NOTHING
    limit: float = 0.0
    examples: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        """Count over total, `None` without any."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The Wilson interval of the share, 95 %; everything is possible without any.

        Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, 1927.
        """
        if not self.of:
            return 0.0, 1.0
        share, square = self.count / self.of, _Z * _Z
        middle = share + square / (2 * self.of)
        half = _Z * math.sqrt(share * (1 - share) / self.of + square / (4 * self.of * self.of))
        scale = 1 + square / self.of
        low, high = (middle - half) / scale, (middle + half) / scale
        return (0.0 if not self.count else max(low, 0.0)), (1.0 if self.count == self.of else min(high, 1.0))

    @property
    def holds(self) -> bool:
        """Whether the share is what is wanted; what was never looked at is no failure, see `Evaluation.unmeasured`."""
        share = self.share
        if self.want is Want.NOTHING or share is None:
            return True
        return share >= self.limit if self.want is Want.LEAST else share <= self.limit


@frozen
class Omission:
    """A part of the evaluation that did not run."""

    part: str
    reason: str


@frozen
class Evaluation:
    """Everything an evaluation found out.

    Attributes:
        version: of this tool.
        label: who answered: `scripted`, or `recorded <model> <date>`.
        context: level of context of the prompts.
        cases: number of cases.
        reviews: number of reviews that were made.
        measures: in the order of the page.
        curve: share of wrong second looks -> measure of false claims that were shown.
        omissions: what did not run.
        details: further facts for a person, in order.
    """

    version: str
    label: str
    context: str
    cases: int
    reviews: int
    measures: tuple[Measure, ...]
    curve: tuple[tuple[float, Measure], ...] = ()
    omissions: tuple[Omission, ...] = ()
    details: Mapping[str, str] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[Measure, ...]:
        """The measures that do not hold."""
        return tuple(one for one in self.measures if not one.holds)

    @property
    def unmeasured(self) -> tuple[Measure, ...]:
        """The measures with a threshold that nothing was counted for."""
        return tuple(one for one in self.measures if one.want is not Want.NOTHING and not one.of)

    @property
    def exit_code(self) -> int:
        """0 if every threshold holds, 1 if one does not, 3 if all that ran holds but a part did not run."""
        if self.failed:
            return 1
        return 3 if self.omissions or self.unmeasured else 0
