import ast
from collections.abc import Iterator

import pytest

from hive_guardian.engine.declarative.sequences import REST, Part, anywhere, match_sequence
from hive_guardian.engine.declarative.trial import Bindings, Trial
from hive_guardian.source.document import Document


def _is(wanted: str) -> Part:
    def match(value: object, bindings: Bindings, _trial: Trial) -> Iterator[Bindings]:
        if value == wanted:
            yield bindings

    return Part(match)


def _ways(parts: tuple[Part, ...], values: str, tail: tuple[str, ...] = ()) -> list[Bindings]:
    trial = Trial(Document("a.py", b"", ast.Module([], [])))
    return list(match_sequence(parts, values, {}, trial, tail))


@pytest.mark.parametrize(
    ("parts", "values", "ways"),
    [
        ((), "", 1),
        ((), "a", 0),
        ((REST,), "", 1),
        ((REST,), "abc", 1),
        ((_is("a"), REST), "abc", 1),
        ((REST, _is("a")), "abc", 0),
        ((REST, _is("a"), REST), "aba", 2),
        ((_is("a"), REST, _is("a")), "a", 0),
        (anywhere((_is("a"), _is("b"))), "xaxbx", 1),
        (anywhere((_is("a"), _is("b"))), "ba", 0),
    ],
)
def test_open_parts_stand_for_any_number(parts: tuple[Part, ...], values: str, ways: int) -> None:
    """Every way to divide the list is tried."""
    assert len(_ways(parts, values)) == ways


def test_the_last_open_part_takes_what_is_left_over() -> None:
    """Such as keyword arguments, which have no position among the others."""
    parts = (Part(None, "A"), _is("x"), Part(None, "B"))
    expected: list[object] = [{"A": ("a",), "B": ("b", "k")}]
    assert _ways(parts, "axb", ("k",)) == expected
