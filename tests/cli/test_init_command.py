import os
import pty
import re
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian, neutral_environment

PROJECT = '# the shop\n[project]\nname = "shop"\nversion = "1.0"\nrequires-python = ">=3.12"\n\n[tool.ruff]  # lint\n'
HOOKS = (
    "# ours\nrepos:\n  - repo: local\n    hooks:\n      - id: x  # why\n"
    "        name: x\n        entry: x\n        language: system\n"
)
PACKAGE = {
    "shop/__init__.py": "",
    "shop/api/__init__.py": "from shop.core import order\n",
    "shop/core/__init__.py": "",
    "shop/core/order.py": "def total(prices: list[int]) -> int:\n    print(prices)\n    return sum(prices)\n",
}
SINGLE = {"pyproject.toml": PROJECT, **PACKAGE}
MONOREPO = {
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["apps/*", "packages/*"]\n',
    "apps/web/pyproject.toml": '[project]\nname = "web"\nversion = "1"\ndependencies = ["db"]\n',
    "apps/web/src/web/__init__.py": "import db\n",
    "apps/jobs/pyproject.toml": '[project]\nname = "jobs"\nversion = "1"\ndependencies = ["db", "log"]\n',
    "apps/jobs/src/jobs/__init__.py": "import db\nimport log\n",
    "packages/db/pyproject.toml": '[project]\nname = "db"\nversion = "1"\ndependencies = ["log"]\n',
    "packages/db/src/db/__init__.py": "import log\n",
    "packages/log/pyproject.toml": '[project]\nname = "log"\nversion = "1"\n',
    "packages/log/src/log/__init__.py": "",
}
POETRY = {
    "pyproject.toml": '[tool.poetry]\nname = "shop"\nversion = "1"\n[tool.poetry.dependencies]\npython = "^3.11"\n',
    **{f"src/{path}": text for path, text in PACKAGE.items()},
}
HATCH = {
    "pyproject.toml": '[tool.hatch.envs.default]\nworkspace.members = ["libs/a", "libs/b"]\n',
    "libs/a/pyproject.toml": '[project]\nname = "a"\nversion = "1"\n',
    "libs/a/a.py": "import b\n",
    "libs/b/pyproject.toml": '[project]\nname = "b"\nversion = "1"\n',
    "libs/b/b.py": "",
}
BARE = {"main.py": "print('hello')\n", "other.py": "import main\n"}


def plant(root: Path, files: Mapping[str, str]) -> Path:
    """Write files below a directory and return it."""
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(text.encode())
    return root


def contents(root: Path) -> dict[str, bytes]:
    """Every file of a project but the cache."""
    paths = (path for path in root.rglob("*") if path.is_file() and ".hive-guardian-cache" not in path.parts)
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


@pytest.mark.parametrize(
    ("files", "settings", "kinds"),
    [
        (SINGLE, "pyproject.toml", ["layers", "acyclic"]),
        (MONOREPO, "pyproject.toml", ["layers", "independent", "layers"]),
        (POETRY, "pyproject.toml", ["layers", "acyclic"]),
        (HATCH, "pyproject.toml", ["layers"]),
        (BARE, "hive-guardian.toml", []),
        ({"setup.cfg": "[metadata]\nname = shop\n", **PACKAGE}, "hive-guardian.toml", ["layers", "acyclic"]),
    ],
    ids=["flat", "monorepo", "poetry-src", "hatch-workspace", "bare", "setup.cfg"],
)
def test_sets_a_project_up_once(
    guardian: RunGuardian, tmp_path: Path, files: Mapping[str, str], settings: str, kinds: list[str]
) -> None:
    """What is written works at once, everything that was there stays, and a second time there is nothing to do."""
    before = contents(plant(tmp_path, files))
    done = guardian("init", "--yes", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    after = contents(tmp_path)
    assert after.keys() - before.keys() <= {settings, ".pre-commit-config.yaml", ".github/workflows/hive-guardian.yml"}
    assert all(after[name].startswith(data) for name, data in before.items())
    table = tomllib.loads(after[settings].decode())
    ours = table["tool"]["hive-guardian"] if settings == "pyproject.toml" else table
    assert ours["level"] == "ERROR"
    assert [one["kind"] for one in ours.get("contracts", ())] == kinds
    checked = guardian("check", cwd=tmp_path)
    assert checked.returncode in (0, 1), checked.stdout + checked.stderr
    assert "GR06" not in checked.stdout
    again = guardian("init", cwd=tmp_path)
    assert (again.returncode, again.stderr) == (0, "")
    assert "nothing to change" in again.stdout
    assert contents(tmp_path) == after


def test_counts_what_the_check_will_find(guardian: RunGuardian, tmp_path: Path) -> None:
    """The number in the next steps is the number the check reports."""
    done = guardian("init", "--yes", cwd=plant(tmp_path, SINGLE))
    said = re.search(r"([\d,]+) findings? at ERROR: .*hive-guardian baseline create", done.stdout)
    assert said is not None
    found = guardian("check", "--quiet", cwd=tmp_path).stdout.splitlines()
    assert int(said[1]) == sum(" GR" in line for line in found)


def test_a_dry_run_shows_a_diff_and_writes_nothing(guardian: RunGuardian, tmp_path: Path) -> None:
    """The diff names each file, and the project is as it was, cache included."""
    before = contents(plant(tmp_path, {**SINGLE, ".pre-commit-config.yaml": HOOKS}))
    done = guardian("init", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0
    for line in ("--- a/pyproject.toml", "+[tool.hive-guardian]", "--- a/.pre-commit-config.yaml", "--- /dev/null"):
        assert line in done.stdout.splitlines()
    assert "3 files would be written" in done.stdout
    assert contents(tmp_path) == before
    assert not (tmp_path / ".hive-guardian-cache").exists()


def test_does_not_write_unasked(guardian: RunGuardian, tmp_path: Path) -> None:
    """Without a terminal and without --yes nobody has agreed."""
    before = contents(plant(tmp_path, SINGLE))
    done = guardian("init", cwd=tmp_path)
    assert done.returncode == 2
    assert "--yes" in done.stderr
    assert contents(tmp_path) == before


@pytest.mark.parametrize(("answer", "written"), [(b"n\n", False), (b"y\n", True), (b"\n", True)])
def test_asks_on_a_terminal(tmp_path: Path, answer: bytes, *, written: bool) -> None:
    """A person sees the diff and decides."""
    plant(tmp_path, SINGLE)
    ours, theirs = pty.openpty()
    os.write(ours, answer)
    command = [sys.executable, "-m", "hive_guardian", "init"]
    try:
        done = subprocess.run(
            command,
            cwd=tmp_path,
            stdin=theirs,
            capture_output=True,
            check=False,
            timeout=60,
            env=neutral_environment({}),
        )
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 0
    assert b"Write this?" in done.stdout
    assert (b"nothing was written" in done.stdout) != written
    assert (b"tool.hive-guardian" in (tmp_path / "pyproject.toml").read_bytes()) == written


def test_existing_settings_stay(guardian: RunGuardian, tmp_path: Path) -> None:
    """A level, a layout and contracts of the project win over every proposal."""
    own = '[tool.hive-guardian]\nlevel = "INFO"\nlayout.components = ["."]\ncontracts = []\n'
    plant(tmp_path, {**SINGLE, "pyproject.toml": PROJECT + own})
    done = guardian("init", "--yes", "--only", "settings", cwd=tmp_path)
    assert "nothing to change" in done.stdout
    assert (tmp_path / "pyproject.toml").read_text("utf-8") == PROJECT + own


def test_carries_contracts_of_import_linter_over(guardian: RunGuardian, tmp_path: Path) -> None:
    """What holds is taken over with its name; what does not is named with the import against it."""
    foreign = (
        '[tool.importlinter]\nroot_package = "shop"\n'
        '[[tool.importlinter.contracts]]\nname = "down"\ntype = "layers"\nlayers = ["shop.api", "shop.core"]\n'
        '[[tool.importlinter.contracts]]\nname = "up"\ntype = "layers"\nlayers = ["shop.core", "shop.api"]\n'
    )
    plant(tmp_path, {**SINGLE, "pyproject.toml": PROJECT + foreign})
    done = guardian("init", "--yes", "--only", "settings", cwd=tmp_path)
    assert 'not carried over from pyproject.toml, "up": shop/api/__init__.py:1 imports shop.core.order' in done.stdout
    ours = tomllib.loads((tmp_path / "pyproject.toml").read_text("utf-8"))["tool"]["hive-guardian"]
    assert [one["name"] for one in ours["contracts"]] == ["down", "no circles between siblings in shop"]


def test_says_what_circles_stand_against(guardian: RunGuardian, tmp_path: Path) -> None:
    """A contract that the code breaks is not proposed, and the note says where."""
    plant(tmp_path, {**SINGLE, "shop/core/order.py": "import shop.api\n"})
    done = guardian("init", "--yes", "--only", "settings", cwd=tmp_path)
    assert 'note: not proposed, "order of the packages in shop": shop.api, shop.core import each other' in done.stdout
    assert "contracts" not in (tmp_path / "pyproject.toml").read_text("utf-8")


def test_keeps_comments_of_the_hook_file(guardian: RunGuardian, tmp_path: Path) -> None:
    """The entry is added behind the others, and pre-commit accepts the file."""
    plant(tmp_path, {**SINGLE, ".pre-commit-config.yaml": HOOKS})
    guardian("init", "--yes", "--only", "hook", cwd=tmp_path)
    text = (tmp_path / ".pre-commit-config.yaml").read_text("utf-8")
    assert text.startswith(HOOKS)
    assert "tool.hive-guardian" not in (tmp_path / "pyproject.toml").read_text("utf-8")
    command = [sys.executable, "-m", "pre_commit", "validate-config", ".pre-commit-config.yaml"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("source", [(), ("--source", "https://github.com/acme/guardian@" + "0f3b" * 10)])
def test_the_workflow_is_valid_and_safe(guardian: RunGuardian, tmp_path: Path, source: tuple[str, ...]) -> None:
    """GitHub's schema accepts the workflow, and zizmor finds nothing in it."""
    guardian("init", "--yes", "--only", "workflow", *source, cwd=plant(tmp_path, SINGLE))
    workflow = ".github/workflows/hive-guardian.yml"
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", workflow]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout
    audit = [str(Path(sys.executable).with_name("zizmor")), "--offline", "--no-progress", workflow]
    done = subprocess.run(audit, cwd=tmp_path, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout


def test_prints_the_job_for_gitlab(guardian: RunGuardian, tmp_path: Path) -> None:
    """A project on GitLab gets a text to paste, and no workflow for somebody else."""
    done = guardian("init", "--yes", cwd=plant(tmp_path, {**SINGLE, ".gitlab-ci.yml": "test: {script: x}\n"}))
    assert "for GitLab CI, add this to .gitlab-ci.yml:\n  hive-guardian:\n    image: python:3.12\n" in done.stdout
    assert not (tmp_path / ".github").exists()


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"pyproject.toml": "[project]\nname = = 1\n"}, "pyproject.toml:2: is not valid TOML"),
        ({"pyproject.toml": "tool = {a = 1}\n"}, "pyproject.toml: has no place for [tool.hive-guardian] tables"),
        ({".pre-commit-config.yaml": "repos:\n  - repo: [\n"}, ".pre-commit-config.yaml:2: "),
        ({"pyproject.toml": "[tool.hive-guardian]\nlevle = 1\n"}, "pyproject.toml:2: levle: unknown key"),
    ],
)
def test_files_it_cannot_edit_are_left_alone(
    guardian: RunGuardian, tmp_path: Path, files: Mapping[str, str], message: str
) -> None:
    """A malformed file ends it with its line, and no other file is written either."""
    before = contents(plant(tmp_path, {**SINGLE, **files}))
    done = guardian("init", "--yes", cwd=tmp_path)
    assert done.returncode == 2
    assert message in done.stderr
    assert contents(tmp_path) == before


def test_refuses_links_out_of_the_project_and_locked_files(guardian: RunGuardian, tmp_path: Path) -> None:
    """Neither a stranger's file nor a read-only one is written, and the others are not written either."""
    root, outside = tmp_path / "root", tmp_path / "hooks.yaml"
    outside.write_text("repos: []\n", "utf-8")
    plant(root, SINGLE)
    (root / ".pre-commit-config.yaml").symlink_to(outside)
    done = guardian("init", "--yes", cwd=root)
    assert done.returncode == 2
    assert ".pre-commit-config.yaml: leads out of the project" in done.stderr
    (root / ".pre-commit-config.yaml").unlink()
    (root / "pyproject.toml").chmod(0o444)
    done = guardian("init", "--yes", cwd=root)
    assert done.returncode == 2
    assert "pyproject.toml: is read-only" in done.stderr
    assert outside.read_text("utf-8") == "repos: []\n"
    assert not (root / ".github").exists()


def test_works_from_below_and_on_nothing(guardian: RunGuardian, tmp_path: Path) -> None:
    """The project of a directory is set up at its root; a project without Python hears that there is nothing yet."""
    plant(tmp_path, SINGLE)
    guardian("init", "--yes", "--only", "settings", "core", cwd=tmp_path / "shop")
    assert "tool.hive-guardian" in (tmp_path / "pyproject.toml").read_text("utf-8")
    empty = tmp_path / "empty"
    empty.mkdir()
    done = guardian("init", "--yes", "--only", "settings", "nowhere", cwd=empty)
    assert (done.returncode, "no such file" in done.stderr) == (2, True)
