from datetime import date
from pathlib import Path

import pytest

from hive_guardian.bootstrap import CheckRequest, measure
from hive_guardian.config.layers import CommandLine
from hive_guardian.engine.cost import Cost


@pytest.mark.parametrize(("rule", "is_project"), [("GR12", False), ("GR43", True)])
def test_a_rule_is_measured_beside_the_parse(tmp_path: Path, rule: str, *, is_project: bool) -> None:
    """Every wanted file counts once, also one that does not parse; only a project rule has a share of its own."""
    files = {"a.py": "import b\nasync def f(): open(b)\n" * 40, "b.py": "import a\n", "c.py": "def (:\n"}
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    request = CheckRequest(
        (str(tmp_path),), CommandLine(select=(rule,), level="INFO"), date(2026, 1, 15), jobs=1, cache=False
    )
    cost = measure(request, rule, 2)
    assert isinstance(cost, Cost)
    assert (cost.files, cost.size) == (3, sum(map(len, files.values())))
    assert cost.parse > 0
    assert (cost.project > 0) is is_project
    assert is_project or cost.rule > 0
