from datetime import date
from pathlib import Path

import pytest

from hive_guardian.adoption.detection import Shape
from hive_guardian.adoption.plan import Part
from hive_guardian.bootstrap.adopting import AdoptionRequest, prepare_adoption
from hive_guardian.model.errors import UsageError

TODAY = date(2026, 1, 15)


def test_plans_what_the_check_accepts(tmp_path: Path) -> None:
    """The report is that of the project as it would be, and nothing is written before it is asked for."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "x"\nversion = "1"\n', "utf-8")
    (tmp_path / "x.py").write_text("def f() -> None:\n    print(1)\n", "utf-8")
    adoption = prepare_adoption(AdoptionRequest(tmp_path, TODAY, (Part.SETTINGS,)))
    assert (adoption.root, adoption.found.shape) == (tmp_path, Shape.FLAT)
    assert [change.path for change in adoption.plan.changes] == ["pyproject.toml"]
    assert "GR10" in {finding.rule for finding in adoption.report.findings}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["pyproject.toml", "x.py"]
    adoption.write()
    assert (tmp_path / "pyproject.toml").read_bytes() == adoption.plan.changes[0].after
    assert not prepare_adoption(AdoptionRequest(tmp_path, TODAY, (Part.SETTINGS,))).plan.changes


def test_directories_divide_a_project_before_contracts_are_tried(tmp_path: Path) -> None:
    """Components without manifests are named first, and contracts speak about them."""
    for name, text in (("apps/a", "import b\n"), ("apps/c", ""), ("libs/b", ""), ("libs/d", "")):
        package = tmp_path / name / "src" / name[-1]
        package.mkdir(parents=True)
        (package / "__init__.py").write_text(text, "utf-8")
    adoption = prepare_adoption(AdoptionRequest(tmp_path, TODAY, (Part.SETTINGS,)))
    assert adoption.found.components == ("apps/a", "apps/c", "libs/b", "libs/d")
    (change,) = adoption.plan.changes
    assert change.path == "hive-guardian.toml"
    assert b'layers = ["apps/*", "libs/*"]' in change.after


def test_refuses_before_it_looks_at_code(tmp_path: Path) -> None:
    """A malformed file ends it, wherever the mistake is."""
    (tmp_path / "pyproject.toml").write_text("[x\n", "utf-8")
    with pytest.raises(UsageError, match=r"pyproject\.toml:1"):
        prepare_adoption(AdoptionRequest(tmp_path, TODAY))
