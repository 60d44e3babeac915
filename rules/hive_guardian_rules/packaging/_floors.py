"""Edits that raise the lowest Python of a `pyproject.toml`, and what must follow it (GR21, GR27)."""

import re
from collections.abc import Iterator

from hive_guardian import Edit, FixContext, FixRefusedError, raise_floor, read_floor, show_python

Minor = tuple[int, int]

_DECLARED: tuple[tuple[str, ...], ...] = (("project", "requires-python"), ("tool", "poetry", "dependencies", "python"))
_TARGETS: tuple[tuple[str, ...], ...] = (
    ("tool", "ruff", "target-version"),
    ("tool", "black", "target-version"),
    ("tool", "mypy", "python_version"),
    ("tool", "pyright", "pythonVersion"),
    ("tool", "basedpyright", "pythonVersion"),
)
_CLASSIFIERS = (("project", "classifiers"), ("tool", "poetry", "classifiers"))
_CLASSIFIER = re.compile(r"Programming Language :: Python :: (\d+)\.(\d+)")
_SHORT = re.compile(r"py(\d)(\d+)")
_DOTTED = re.compile(r"(\d+)\.(\d+)(?:\.\d+)*")


def parse_minor(text: str) -> Minor:
    """Return `(3, 11)` for `3.11`."""
    major, _, minor = text.partition(".")
    return int(major), int(minor)


def raise_floors(ctx: FixContext, least: Minor) -> Iterator[Edit]:
    """Yield edits that raise every lower bound of the file, and the tools and classifiers that named older Pythons.

    Raises:
        FixRefusedError: a bound cannot be raised, or a comment may give its reason.
    """
    raised: list[Edit] = []
    for keys in _DECLARED:
        text = ctx.toml.value(keys)
        is_poetry = keys[0] == "tool"
        if isinstance(text, str) and (read_floor(text, is_poetry=is_poetry) or least) < least:
            ctx.toml.refuse_described(keys)
            raised += ctx.toml.put(keys, raise_floor(text, least, is_poetry=is_poetry))
    if not raised:
        raise FixRefusedError("no lower bound was found in the file")
    yield from raised
    for keys in _TARGETS:
        yield from _raise_target(ctx, keys, least)
    old = [
        (*keys, index)
        for keys in _CLASSIFIERS
        for index, text in enumerate(_texts(ctx.toml.value(keys)))
        if (match := _CLASSIFIER.fullmatch(text)) and (int(match[1]), int(match[2])) < least
    ]
    if old:
        yield from ctx.toml.remove(old)


def set_target(ctx: FixContext, keys: tuple[str | int, ...], least: Minor) -> list[Edit]:
    """Return edits that set a tool to a Python in the spelling it has, or remove a classifier."""
    value = ctx.toml.value(keys)
    if isinstance(value, list):
        keys, value = (*keys, 0), value[0]
    if _CLASSIFIER.fullmatch(str(value)):
        return ctx.toml.remove([keys])
    is_short = _SHORT.fullmatch(str(value)) is not None
    return ctx.toml.put(keys, f"py{least[0]}{least[1]}" if is_short else show_python(least))


def _raise_target(ctx: FixContext, keys: tuple[str, ...], least: Minor) -> list[Edit]:
    value = ctx.toml.value(keys)
    texts = _texts(value if isinstance(value, list) else [value])
    match = (_SHORT.fullmatch(texts[0]) or _DOTTED.fullmatch(texts[0])) if len(texts) == 1 else None
    if match is None or (int(match[1]), int(match[2])) >= least:
        return []
    return set_target(ctx, keys, least)


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []
