"""Names that somebody may have meant."""

import pytest

from hive_guardian.model.spelling import nearest


@pytest.mark.parametrize(
    ("name", "hint"), [("LEVLE", "; did you mean 'level'?"), ("gr1", "; did you mean 'GR10'?"), ("zzz", "")]
)
def test_the_nearest_name_is_offered(name: str, hint: str) -> None:
    """Case does not matter, and a name that resembles nothing gets no hint."""
    assert nearest(name, ["level", "select", "GR10"]) == hint
