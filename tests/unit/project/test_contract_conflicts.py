"""Contracts that nobody can have meant."""

import pytest

from hive_guardian.model.config import ContractSetting, Origin
from hive_guardian.project.contract_conflicts import find_conflicts
from hive_guardian.project.contracts import parse_contracts


def _conflicts(*tables: dict[str, object]) -> list[str]:
    settings = [
        ContractSetting(
            str(table["kind"]),
            str(table.get("name", "one")),
            {key: value for key, value in table.items() if key not in {"kind", "name"}},
            Origin("pyproject.toml", line),
        )
        for line, table in enumerate(tables, 1)
    ]
    return list(find_conflicts(parse_contracts(settings)))


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (
            [
                {"kind": "layers", "name": "one", "layers": ["ui", "app", "db"]},
                {"kind": "layers", "name": "two", "layers": ["db : log", "ui"]},
            ],
            "pyproject.toml:2: contract \"two\": 'db' stands above 'ui', in contract \"one\" (pyproject.toml:1) it",
        ),
        ([{"kind": "layers", "layers": ["apps/*"]}], "one layer is above nothing"),
        ([{"kind": "independent", "modules": ["app.a"]}], "'app.a' alone is independent of nothing"),
        ([{"kind": "forbidden", "from": ["app.a", "app.b"], "to": ["app.b", "app.a"]}], "from and to name the same"),
    ],
)
def test_what_contradicts_itself_or_says_nothing_is_refused(tables: list[dict[str, object]], said: str) -> None:
    """The message names file, line and contract, and the other contract where there is one."""
    (conflict,) = _conflicts(*tables)
    assert said in conflict


def test_what_can_be_meant_is_not_refused() -> None:
    """The same order twice, the opposite order elsewhere, siblings, and globs that stand for several parts."""
    conflicts = _conflicts(
        {"kind": "layers", "name": "a", "layers": ["ui", "app", "db"]},
        {"kind": "layers", "name": "b", "layers": ["ui", "db"]},
        {"kind": "layers", "name": "c", "layers": ["db", "ui"], "containers": ["shop"]},
        {"kind": "layers", "name": "d", "layers": ["app.x | app.y"]},
        {"kind": "layers", "name": "e", "layers": ["run"], "containers": ["app"], "exhaustive": True},
        {"kind": "independent", "name": "f", "modules": ["apps/*"]},
        {"kind": "forbidden", "name": "g", "from": ["app.*"], "to": ["app.*"]},
        {"kind": "forbidden", "name": "h", "from": ["app"], "to": ["app.secret"]},
    )
    assert conflicts == []
