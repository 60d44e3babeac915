import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import hive_guardian

ROOT = Path(__file__).parents[2]
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads(PYPROJECT)["project"]
TOOLS: dict[str, Any] = tomllib.loads(PYPROJECT)["tool"]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CONSTRAINTS = sorted((ROOT / "constraints").glob("*.txt"))


def pins(constraints: Path) -> dict[str, str]:
    """Return distribution -> pinned version."""
    return dict(re.findall(r"^(\S+)==(\S+)", constraints.read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("constraints", CONSTRAINTS, ids=lambda path: path.name)
def test_constraints_are_hashed_pins_without_an_address(constraints: Path) -> None:
    """Every line is a pin or a hash: no index, no comment, nothing tied to one machine."""
    lines = constraints.read_text(encoding="utf-8").splitlines()
    shape = re.compile(r"[a-z0-9.-]+==[^ /]+( ; [^/]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?")
    assert len(pins(constraints)) > 10
    assert [line for line in lines if not shape.fullmatch(line)] == []
    assert all(
        after.startswith("    --hash") for line, after in zip(lines, [*lines[1:], ""], strict=True) if "==" in line
    )


def test_development_pins_contain_the_runtime_pins() -> None:
    """What the tests run against is what a user of `make demo` gets."""
    runtime, development = pins(ROOT / "constraints/runtime.txt"), pins(ROOT / "constraints/dev.txt")
    assert runtime.items() <= development.items()


def test_the_program_knows_its_own_version() -> None:
    """What reports and `--version` print is the version of the distribution."""
    assert hive_guardian.__version__ == PROJECT["version"]


def test_make_has_at_most_ten_targets_and_contributing_or_readme_names_each() -> None:
    """Make is the front door of the repository: small, and documented."""
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    described = re.findall(r"^(\w+):.*  ## \S", MAKEFILE, re.MULTILINE)
    documentation = "".join((ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    assert phony is not None
    assert sorted(phony[1].split()) == sorted(described)
    assert len(described) <= 10
    assert [target for target in described if f"make {target}" not in documentation] == []


def test_every_linter_exception_has_a_reason() -> None:
    """An ignored ruff rule without its reason is a hole nobody owns."""
    table = PYPROJECT.partition("[tool.ruff.lint]")[2].partition("[tool.ruff.lint.mccabe]")[0]
    exceptions = re.findall(r'^ +"[A-Z]+[0-9]*",.*$', table, re.MULTILINE)
    assert len(exceptions) > 10
    assert [line for line in exceptions if not re.search(r",\s+# \S+ \S+", line)] == []


def test_both_layer_contracts_say_the_same() -> None:
    """Our own contract and the one of the independent referee name the same layers in the same order."""
    ours = next(contract for contract in TOOLS["hive-guardian"]["contracts"] if contract["kind"] == "layers")
    referee = next(contract for contract in TOOLS["importlinter"]["contracts"] if contract["type"] == "layers")
    assert ours["layers"] == referee["layers"]
    assert ours["containers"] == referee["containers"]
    assert ours["exhaustive"] is referee["exhaustive"] is True


def test_every_package_of_the_core_has_its_layer() -> None:
    """A package that no layer names would be free to import anything."""
    layers = next(contract for contract in TOOLS["importlinter"]["contracts"] if contract["type"] == "layers")["layers"]
    named = set(re.findall(r"\w+", " ".join(layers)))
    modules = {path.stem for path in (ROOT / "hive_guardian").glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in (ROOT / "hive_guardian").glob("*/__init__.py")}
    assert len(packages) >= 4
    assert modules | packages <= named
