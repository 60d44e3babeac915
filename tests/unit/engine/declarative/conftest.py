"""Rule files for tests: a valid one with some keys changed."""

from collections.abc import Callable

import pytest
import tomlkit

from hive_guardian.engine.declarative.load import load_rule
from hive_guardian.model.rule import Rule

Load = Callable[..., type[Rule]]

BASE: dict[str, object] = {
    "code": "ACME01",
    "name": "printed-text",
    "title": "Printed Text",
    "message": "printed",
    "pattern": "print(...)",
    "bad": ["print(1)\n"],
}


@pytest.fixture
def load() -> Load:
    """Return a function that loads a valid rule file with other values; `None` leaves a key out."""

    def write(**changes: object) -> type[Rule]:
        table = BASE | {key.replace("_", "-"): value for key, value in changes.items()}
        return load_rule(
            "r.rule.toml", tomlkit.dumps({key: value for key, value in table.items() if value is not None})
        )

    return write
