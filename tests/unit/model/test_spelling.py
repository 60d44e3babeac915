"""Names that somebody may have meant."""

import pytest

from hive_guardian.model.spelling import nearest


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("LEVLE", "; did you mean 'level'?"),
        ("gr100", "; did you mean 'GR10'?"),
        ("GR6", "; did you mean 'GR06'?"),
        ("gr006", "; did you mean 'GR06'?"),
        ("GR1O", "; did you mean 'GR10'?"),
        ("GRl0", "; did you mean 'GR10'?"),
        ("GRo6", "; did you mean 'GR06'?"),
        ("zzz", ""),
    ],
)
def test_the_nearest_name_is_offered(name: str, hint: str) -> None:
    """Case and the zeros of an id do not matter, and a name that resembles nothing gets no hint."""
    assert nearest(name, ["level", "select", "GR10", "GR16", "GR06", "GR46"]) == hint
