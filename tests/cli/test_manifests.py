"""Manifests that do not say what they should: no run on such a project is clean."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian

_SOUND = '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\n'


def _monorepo(root: Path, manifest: str) -> None:
    """Write two components, the second with this manifest."""
    (root / "hive-guardian.toml").write_text("root = true\n")
    for name, text in (("a", _SOUND), ("b", manifest)):
        package = root / "packages" / name / name
        package.mkdir(parents=True)
        (package / "__init__.py").write_text("")
        (package.parent / "pyproject.toml").write_text(text)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        ('[project]\nname = "b\n', "packages/b/pyproject.toml:2 is not valid TOML: Illegal character"),
        ('[project]\nname = "b"\ndependencies = ["not one!"]\n', ":3 'not one!' is not a PEP 508 requirement"),
        ('[project]\nname = "b"\ndependencies = "requests"\n', ":3 project.dependencies must be an array"),
        ('[tool]\npoetry = 3\n[project]\nname = "b"\n', ":2 tool.poetry must be a table"),
    ],
)
def test_a_malformed_manifest_of_a_component_makes_the_run_incomplete(
    guardian: RunGuardian, tmp_path: Path, manifest: str, said: str
) -> None:
    """Whatever part of the project is asked for, the report names file and line, with a cache too."""
    _monorepo(tmp_path, manifest)
    for arguments in (["."], ["."], ["packages/a", "--quiet"]):
        done = guardian("check", *arguments, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (3, ""), done.stdout
        assert said in done.stdout
    report = json.loads(guardian("check", "--format", "json", cwd=tmp_path).stdout)
    assert [(error["kind"], error["path"]) for error in report["errors"]] == [("manifest", "packages/b/pyproject.toml")]


def test_a_malformed_manifest_that_is_no_component_keeps_nothing_from_being_checked(
    guardian: RunGuardian, tmp_path: Path
) -> None:
    """Input of tests, samples of the documentation and what is excluded say nothing about the project."""
    _monorepo(tmp_path, _SOUND.replace('"a"', '"b"'))
    for directory in ("tests/data", "docs/sample", "template"):
        (tmp_path / directory).mkdir(parents=True)
        (tmp_path / directory / "pyproject.toml").write_text('[project]\nname = "{{ name }}\n')
    (tmp_path / "hive-guardian.toml").write_text('exclude = ["template/**"]\n')
    done = guardian("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
