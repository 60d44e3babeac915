"""Texts with metavariables: messages with `{X}` and `{X.name}`, replacements with `$X`."""

import re
from collections.abc import Callable

from hive_guardian.engine.declarative.conditions import names_of
from hive_guardian.engine.declarative.syntax import METAVARIABLE
from hive_guardian.engine.declarative.trial import Bindings, Trial, text_of

IN_MESSAGE = re.compile(rf"\{{(?P<name>{METAVARIABLE})(?P<resolved>\.name)?\}}")
IN_REPLACEMENT = re.compile(rf"\$(?:\.\.\.)?(?P<name>{METAVARIABLE})\b(?P<resolved>(?!))?")
_LONGEST = 80


def fill_in(template: str, marks: re.Pattern[str], bindings: Bindings, trial: Trial, longest: int = _LONGEST) -> str:
    """Put the source of metavariables, shortened, into a text."""
    return marks.sub(_filler(bindings, trial, longest), template)


def _filler(bindings: Bindings, trial: Trial, longest: int) -> Callable[[re.Match[str]], str]:
    def fill(mark: re.Match[str]) -> str:
        bound = bindings.get(mark["name"], "")
        names = names_of(bound, trial) if mark["resolved"] else []
        text = names[0] if names else text_of(bound, trial.document)
        return text if len(text) <= longest else f"{text[: longest - 3]}..."

    return fill
