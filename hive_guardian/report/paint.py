"""Colours of the terminal, or none."""

from hive_guardian.model.frozen_class import frozen
from hive_guardian.model.severity import Severity

_SEVERITY_CODES = {Severity.CRITICAL: "1;35", Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.INFO: "1;34"}


@frozen
class Paint:
    """Wraps text in ANSI "select graphic rendition" sequences (ECMA-48), unless colours are off.

    Attributes:
        is_on: whether to write the sequences.
        severity: colours the marks of the finding being drawn.
    """

    is_on: bool
    severity: Severity = Severity.ERROR

    def _wrap(self, text: str, code: str) -> str:
        """Return the text in a style; empty text stays empty."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.is_on and text else text

    def strong(self, text: str) -> str:
        """Return text in bold."""
        return self._wrap(text, "1")

    def dim(self, text: str) -> str:
        """Return text that stands back."""
        return self._wrap(text, "2")

    def path(self, text: str) -> str:
        """Return text in the colour of file names."""
        return self._wrap(text, "1;36")

    def good(self, text: str) -> str:
        """Return text in the colour of a fix or a clean result."""
        return self._wrap(text, "32")

    def alarm(self, text: str) -> str:
        """Return text in the colour of the finding's severity."""
        return self._wrap(text, _SEVERITY_CODES[self.severity])
