"""What a measurement says: a figure, its budget, and whether the one keeps within the other."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """Outcome of one row."""

    MET = "met"
    MISSED = "MISSED"
    UNMEASURED = "not measured"
    UNBUDGETED = "no budget"


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit that a figure must not cross."""

    limit: float
    at_least: bool = False
    """True: the figure says how many times cheaper we are, so more is better."""

    def allows(self, value: float) -> bool:
        """Tell whether the figure is within the limit; the limit itself is."""
        return value >= self.limit if self.at_least else value <= self.limit

    def __str__(self) -> str:
        """Return e.g. `<= 2` or `>= 10`."""
        return f"{'>=' if self.at_least else '<='} {self.limit:g}"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the results."""

    name: str
    """How the command line calls it."""
    what: str
    """What is compared, for a reader."""
    tree: str = ""
    """The code it was measured on; says so when that is only a part."""
    value: float | None = None
    """The median, in `unit`; None when it could not be measured."""
    spread: tuple[float, float] | None = None
    """Least and greatest of the rounds."""
    unit: str = "x"
    """`x` for a ratio, `MB` for megabytes of 1,000,000 bytes, `s` for seconds."""
    budget: Budget | None = None
    seconds: tuple[float, float] | None = None
    """Medians of the two sides; for developers, not for the written results, since they say more about the machine."""
    failure: str = ""
    """Why there is no value."""

    @property
    def verdict(self) -> Verdict:
        """Judge the value; a row that failed is never met."""
        if self.value is None:
            return Verdict.UNMEASURED
        if self.budget is None:
            return Verdict.UNBUDGETED
        return Verdict.MET if self.budget.allows(self.value) else Verdict.MISSED
