import ast
from collections.abc import Iterator, Sequence

import pytest

from hive_guardian.engine.declarative.sequences import REST, Part, anywhere, match_sequence
from hive_guardian.engine.declarative.trial import Bindings, Match, Trial
from hive_guardian.source.document import Document


def just(number: int) -> Match:
    """Return what matches one number."""

    def match(value: object, bindings: Bindings, trial: Trial) -> Iterator[Bindings]:
        del trial
        if value == number:
            yield bindings

    return match


ONE, TWO, MANY = Part(just(1)), Part(just(2)), Part(None, "X")


def ways(parts: Sequence[Part], values: Sequence[int], tail: tuple[object, ...] = ()) -> list[object]:
    """Return what the open part stands for in each way to match."""
    trial = Trial(Document("m.py", b"", ast.parse(""), "m"))
    return [bound.get("X") for bound in match_sequence(parts, values, {}, trial, tail)]


@pytest.mark.parametrize(
    ("parts", "values", "count"),
    [
        ([], [], 1),
        ([], [1], 0),
        ([ONE, TWO], [1, 2], 1),
        ([ONE, TWO], [2, 1], 0),
        ([ONE], [1, 2], 0),
        ([REST], [], 1),
        ([ONE, REST], [1, 3, 4], 1),
        ([REST, TWO], [3, 4, 2], 1),
        ([ONE, REST, TWO], [1, 2], 1),
        ([ONE, REST, TWO], [1], 0),
        ([REST, ONE, REST], [3, 1, 1], 2),
    ],
)
def test_open_parts_stand_for_any_number_of_items(parts: list[Part], values: list[int], count: int) -> None:
    """Also for none; every way is found once."""
    assert len(ways(parts, values)) == count


def test_an_open_part_remembers_what_it_stood_for() -> None:
    """The last one also takes what is not in the list, such as keyword arguments."""
    assert ways([ONE, MANY], [1, 2]) == [(2,)]
    assert ways([ONE, MANY], [1, 2], tail=(9,)) == [(2, 9)]


def test_parts_anywhere_keep_their_order() -> None:
    """Anything may stand before, between and behind."""
    assert len(ways(anywhere([ONE, TWO]), [3, 1, 3, 2, 3])) == 1
    assert ways(anywhere([TWO, ONE]), [3, 1, 3, 2, 3]) == []
