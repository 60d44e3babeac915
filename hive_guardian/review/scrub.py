"""Secrets out of a whole report: every text in it, however deep, before anybody renders or keeps it."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import TypeVar, cast

from hive_guardian.model.errors import GuardianError
from hive_guardian.model.review import ReviewReport

Data = TypeVar("Data")


def scrub_report(report: ReviewReport, redact: Callable[[str], str]) -> ReviewReport:
    """Return a report without secrets in its texts: names of files and branches, messages of rules and of models."""
    infos = report.rules.rules  # what rules say of themselves is no text of the project
    clean = scrub(replace(report, rules=replace(report.rules, rules=(), sources={})), redact)
    return replace(clean, rules=replace(clean.rules, rules=infos))


def scrub(value: Data, redact: Callable[[str], str]) -> Data:
    """Return data without secrets in its texts: those in dataclasses, sequences and mappings.

    What holds no secret comes back as it is, not as a copy.

    Args:
        value: a text, or what is made of texts.
        redact: takes secrets out of one text.
    """
    return cast("Data", _Scrubber(redact).clean(value))


@contextmanager
def clean_errors(redact: Callable[[str], str]) -> Iterator[None]:
    """Let no error of ours leave a block with a secret in its message: it may quote an address, a branch, a server."""
    try:
        yield
    except GuardianError as error:
        error.args = scrub(error.args, redact)
        raise


class _Scrubber:
    def __init__(self, redact: Callable[[str], str]) -> None:
        self._redact = redact
        self._known: dict[str, str] = {}

    def clean(self, value: object) -> object:
        match value:
            case Enum():
                return value
            case str():
                return self._text(value)
            case Mapping():
                made = {self.clean(key): self.clean(one) for key, one in value.items()}
                return value if made == value else made
            case tuple() | list():
                parts = [self.clean(one) for one in value]
                is_same = all(new is old for new, old in zip(parts, value, strict=True))
                return value if is_same else type(value)(parts)
            case _ if is_dataclass(value) and not isinstance(value, type):
                return self._fields(value)
            case _:
                return value

    def _text(self, text: str) -> str:
        known = self._known.get(text)
        if known is None:
            known = self._redact(text)
            known = self._known[text] = text if known == text else known
        return known

    def _fields(self, value: object) -> object:
        found = [(one.name, getattr(value, one.name)) for one in fields(value) if one.init]  # type: ignore[arg-type]  # is_dataclass said so
        changed = {name: new for name, old in found if (new := self.clean(old)) is not old}
        return replace(value, **changed) if changed else value  # type: ignore[type-var]  # as above
