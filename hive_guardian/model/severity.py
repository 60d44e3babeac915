"""Severity, confidence and how one caps the other (golden-rules.md 1)."""

from enum import IntEnum


class _Named(IntEnum):
    """An ordered scale whose members print and parse as lower-case words."""

    def __str__(self) -> str:
        """Return the lower-case word used in reports and configuration."""
        return self.name.lower()

    @property
    def word(self) -> str:
        """The lower-case word used in reports and configuration."""
        return self.name.lower()


class Severity(_Named):
    """What a stage of work demands; greater is more severe."""

    INFO = 1
    WARNING = 2
    ERROR = 3
    CRITICAL = 4


class Confidence(_Named):
    """How sure the analysis is; greater is surer."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3


_CAP = {Confidence.LOW: Severity.WARNING, Confidence.MEDIUM: Severity.ERROR, Confidence.HIGH: Severity.CRITICAL}


def cap_severity(severity: Severity, confidence: Confidence) -> Severity:
    """Return the default severity a finding of this confidence may have: low at most warning, medium at most error."""
    return min(severity, _CAP[confidence])
