"""The JSON Schema of the configuration."""

import json
import tomllib

import jsonschema_rs
import pytest

from hive_guardian.config.json_schema import json_schema
from hive_guardian.model.options import RuleOptions
from hive_guardian.model.rule import FileRule
from hive_guardian.model.severity import Severity


class Nested(RuleOptions):
    """A table inside an option."""

    depth: int = 0


class First(FileRule):
    """A rule with options of its own."""

    code, name, title, severity = "GR10", "print-call", "Logging Standards", Severity.ERROR

    class Options(RuleOptions):
        """Its options."""

        max_calls: int = 3
        tables: tuple[Nested, ...] = ()


class Second(FileRule):
    """A rule without."""

    code, name, title, severity = "GR12", "blocking-call", "No Blocking", Severity.ERROR


class Third(Second):
    """Another rule without, which shares the class of options."""

    code, name = "GR13", "third"


_VALIDATOR = jsonschema_rs.validator_for(json_schema([First, Second, Third]))


@pytest.mark.parametrize(
    ("text", "valid"),
    [
        ("", True),
        ('root = true\nlevel = "info"\nfail-on = "never"\nselect = ["GR10"]', True),
        ('roles.test = ["a"]\nroles.cli = ["b"]\n[layout]\ntool-config = "root-only"', True),
        ('[[contracts]]\nkind = "layers"\nlayers = ["a"]', True),
        ('[[overrides]]\npaths = ["a"]\nrules.GR10 = { max-calls = 1 }', True),
        ('rules.GR10 = { max-calls = 1, tables = [{ depth = 2 }], severity = "info" }', True),
        ("rules.blocking-call.exclude = ['a']\nrules.third = {}", True),
        ("levle = 1", False),
        ('level = "eror"', False),
        ('roles.tets = ["a"]', False),
        ("layout.zzz = 1", False),
        ('[[contracts]]\nname = "x"', False),
        ('[[overrides]]\nreason = "x"', False),
        ("rules.GR10.max-call = 1", False),
        ('rules.GR10.max-calls = "x"', False),
        ("rules.GR10.tables = [{ dpth = 1 }]", False),
        ("rules.GR99 = {}", False),
        ('[[overrides]]\npaths = ["a"]\nrules.GR99 = {}', False),
    ],
)
def test_the_schema_accepts_what_the_loader_accepts(text: str, *, valid: bool) -> None:
    """An editor that validates by the schema agrees with the program, options of rules included."""
    assert _VALIDATOR.is_valid(tomllib.loads(text)) is valid


def test_the_schema_describes_every_key() -> None:
    """An editor shows what a key means; the schema is plain JSON."""
    schema = json_schema([First])
    assert json.loads(json.dumps(schema)) == schema
    properties = schema["properties"]
    assert isinstance(properties, dict)
    assert all(entry["description"] for entry in properties.values())
    jsonschema_rs.meta.validate(schema)
