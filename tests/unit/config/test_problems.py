import pytest

from hive_guardian.config.problems import Problems, dotted
from hive_guardian.model.config import Origin
from hive_guardian.model.errors import UsageError


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ((), ""),
        (("level",), "level"),
        (("rules", "GR12", "calls", "boto3.client"), 'rules.GR12.calls."boto3.client"'),
        (("contracts", 0, "layers", 2), "contracts[0].layers[2]"),
    ],
)
def test_a_path_is_spelled_as_in_toml(path: tuple[str | int, ...], text: str) -> None:
    """Bare keys stay bare, others are quoted, indices stand in brackets."""
    assert dotted(path) == text


def test_problems_are_raised_together() -> None:
    """Every problem is one line with its place, in order of discovery, and the same one counts once."""
    problems = Problems()
    problems.check()
    assert not problems
    problems.add(Origin("a.toml", 3), ("level",), "wrong")
    problems.add(Origin("a.toml", 3), ("level",), "wrong")
    problems.add(Origin("b.toml"), (), "no TOML")
    problems.add_text("c.toml:1: said elsewhere")
    assert problems
    with pytest.raises(UsageError) as caught:
        problems.check()
    assert str(caught.value).split("\n") == ["a.toml:3: level: wrong", "b.toml: no TOML", "c.toml:1: said elsewhere"]
