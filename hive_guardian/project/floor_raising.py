"""Raise the lowest Python of a constraint in the style it is written in (fixes of GR21 and GR27)."""

import re

from hive_guardian.model.errors import FixRefusedError
from hive_guardian.project.python_floors import show_python
from hive_guardian.project.versions import (
    Constraint,
    PythonMinor,
    UnparsableConstraint,
    floor,
    parse_pep440,
    parse_poetry,
)

_LOWER = re.compile(r"(?P<operator>>=|>|\^|~=)(?P<space>\s*)(?P<version>\d+(?:\.\d+)*)(?=\s*(?:,|\Z|[\s<!]))")
_PINNED = re.compile(r"(?:\A|[,\s])(?:~(?!=)|={1,3}|(?=\d))\s*\d")
_CARETS = frozenset({"^", "~="})
_MINOR = 2


def raise_floor(text: str, least: PythonMinor, *, is_poetry: bool) -> str:
    """Return a constraint that starts at a Python minor and ends where it ended.

    `>=3.9` becomes `>=3.11`, `^3.9` becomes `^3.11`, `<4` becomes `>=3.11,<4`.

    Args:
        text: a constraint that starts lower.
        least: where it is to start.
        is_poetry: whether it is in Poetry's grammar rather than that of PEP 440.

    Raises:
        FixRefusedError: it has alternatives or several lower bounds, names one Python only, or ends before `least`.
    """
    wanted = show_python(least)
    if "|" in text:
        raise FixRefusedError(f"`{text}` has alternatives")
    bounds = list(_LOWER.finditer(text))
    if len(bounds) > 1:
        raise FixRefusedError(f"`{text}` has several lower bounds")
    if bounds:
        raised = text[: bounds[0].start()] + _raise(bounds[0], least, text) + text[bounds[0].end() :]
    elif _PINNED.search(text):
        raise FixRefusedError(f"`{text}` names the Pythons it admits")
    else:
        rest = text.strip().removeprefix("*")
        raised = f">={wanted},{rest}" if rest else f">={wanted}"
    constraint = parse_poetry(raised) if is_poetry else parse_pep440(raised)
    if isinstance(constraint, UnparsableConstraint) or floor(constraint) != least:
        raise FixRefusedError(f"`{text}` admits no Python {wanted}")
    return raised


def read_floor(text: str, *, is_poetry: bool) -> PythonMinor | None:
    """Return the lowest Python minor of a constraint, `None` when it does not parse or admits none."""
    constraint = parse_poetry(text) if is_poetry else parse_pep440(text)
    return floor(constraint) if isinstance(constraint, Constraint) else None


def _raise(bound: re.Match[str], least: PythonMinor, text: str) -> str:
    operator, parts = bound["operator"], bound["version"].split(".")
    if operator not in _CARETS:
        return f">={bound['space']}{show_python(least)}"
    if int(parts[0]) != least[0] or (operator == "~=" and len(parts) != _MINOR):
        raise FixRefusedError(f"`{text}` would end elsewhere")
    return f"{operator}{bound['space']}{show_python(least)}"
