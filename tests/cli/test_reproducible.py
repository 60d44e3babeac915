"""Equal inputs give equal bytes, however the work was done; what did not change costs nothing."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian, neutral_environment

_FILES = 70


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Enough files for worker processes, with findings of all kinds, suspicions, suppressions and re-exports."""
    package = tmp_path / "src" / "shop"
    package.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n')
    (package / "__init__.py").write_text("from .clock import sleep\n")
    (package / "clock.py").write_text("from time import sleep\n__all__ = ['sleep']\n")
    (package / "é.py").write_text("print('é')\n", encoding="utf-8")
    (package / "broken.py").write_text("def f(:\n")
    (package / "jobs.py").write_text("async def load(): ...\ndef dump(): ...\n")
    (package / "calls.py").write_text("from shop.jobs import dump, load\n\n\ndef f():\n    load()\n    dump()\n")
    for name in ("one", "two"):  # of these a rule says that it cannot judge them
        tests = tmp_path / "apps" / name / "tests"
        tests.mkdir(parents=True)
        manifest = f'[project]\nname = "{name}"\nversion = "1"\ndependencies = ["attrs"]\n'
        (tests.parent / "pyproject.toml").write_text(manifest)
        (tests / "test_it.py").write_text("import pytest\n\n\ndef test_it():\n    pytest.fail('no')\n")
    for number in range(_FILES):
        other = f"m{(number + 1) % _FILES:02}"
        (package / f"m{number:02}.py").write_text(
            f"from shop import {other}, sleep\n\n\nasync def f():\n    sleep({number})\n"
            f"    print({number})  # guardian: allow[GR10] shown to the operator\n    print({other})\n"
        )
    return tmp_path


@pytest.mark.parametrize("form", ["json", "sarif", "text"])
def test_every_way_to_run_gives_the_same_bytes(guardian: RunGuardian, project: Path, form: str) -> None:
    """One or several workers, cold or warm, with or without cache, with some files changed in between."""
    base = ("check", "--format", form, "--level", "INFO", "--show", "all", "--today", "2026-01-15")
    first = guardian(*base, "--no-cache", "--jobs", "1", cwd=project)
    assert first.returncode == 1, first.stderr
    if form == "json":
        report = json.loads(first.stdout)
        assert {"GR00", "GR10", "GR12", "GR43", "GR49"} <= {finding["rule"] for finding in report["findings"]}
        order = [(item["path"], item["line"], item["column"], item["rule"]) for item in report["findings"]]
        assert order == sorted(order)
    ways = {
        "workers": guardian(*base, "--no-cache", "--jobs", "3", cwd=project),
        "cold": guardian(*base, "--jobs", "2", cwd=project),
        "warm": guardian(*base, "--jobs", "1", cwd=project),
    }
    for name in ("m03.py", "m60.py"):
        os.utime(project / "src" / "shop" / name)
    ways["touched"] = guardian(*base, cwd=project)
    (project / "src" / "shop" / "m05.py").write_text("x = 1\n")
    guardian(*base, cwd=project)
    (project / "src" / "shop" / "m05.py").write_text((project / "src" / "shop" / "m06.py").read_text())
    with (project / "apps" / "two" / "tests" / "test_it.py").open("a") as file:
        file.write("# the last file is the first to be analysed now\n")
    ways["changed"] = guardian(*base, cwd=project)
    changed = guardian(*base, "--no-cache", cwd=project)
    assert ways.pop("changed").stdout == changed.stdout
    assert {name: done.stdout == first.stdout for name, done in ways.items()} == dict.fromkeys(ways, True)


_SPY = """\
import sys
from hive_guardian.cli.app import run
code = run(["check", "--format", "json"])
names = {name.partition(".")[0] for name in sys.modules} | set(sys.modules)
heavy = {"pydantic", "libcst", "git", "rich", "pluggy", "hive_guardian_rules", "hive_guardian.source.document",
         "hive_guardian.engine.work", "hive_guardian.engine.analysis", "sarif_om", "tomlkit", "multiprocessing",
         "importlib.metadata", "configparser"}
print(code, sorted(heavy & names), file=sys.stderr)
"""


def _spy(project: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _SPY], cwd=project, env=neutral_environment(env), capture_output=True, text=True,
        timeout=60, check=False,
    )  # fmt: skip


def test_a_warm_run_imports_no_rule_and_parses_nothing(project: Path) -> None:
    """Neither rules nor pydantic nor the parser's side of the engine is loaded when nothing has changed."""
    cold, warm = _spy(project), _spy(project)
    assert "'hive_guardian_rules'" in cold.stderr
    assert warm.stderr == "1 []\n"
    assert warm.stdout == cold.stdout
    (project / "src" / "shop" / "m00.py").write_text("x = 1\n")
    assert "'hive_guardian.engine.analysis'" in _spy(project).stderr


def test_on_the_import_path_only_distributions_count(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files come and go in a checkout, which costs nothing; a distribution may bring rules."""
    checkout = tmp_path_factory.mktemp("checkout")
    path = os.pathsep.join([str(checkout), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    _spy(project, PYTHONPATH=path)
    (checkout / "notes.txt").write_text("later\n")
    assert _spy(project, PYTHONPATH=path).stderr == "1 []\n"
    (checkout / "acme-1.0.dist-info").mkdir()
    assert "'hive_guardian_rules'" in _spy(project, PYTHONPATH=path).stderr


def test_the_cache_notices_what_findings_depend_on(guardian: RunGuardian, project: Path) -> None:
    """Options, configuration, a moved file, a deleted file, another cache directory: never an old answer."""

    def same(*options: str) -> None:
        warm = guardian("check", "--format", "json", *options, cwd=project).stdout
        assert warm == guardian("check", "--format", "json", *options, "--no-cache", cwd=project).stdout

    same()
    same("--level", "INFO")
    (project / "hive-guardian.toml").write_text('[rules.GR10]\nseverity = "info"\n')
    same()
    shutil.move(project / "src" / "shop" / "m01.py", project / "src" / "shop" / "moved.py")
    (project / "src" / "shop" / "m02.py").unlink()
    same("src/shop")
    (project / "src" / "shop" / "clock.py").write_text("def sleep(seconds): ...\n")
    same("--cache-dir", str(project / "elsewhere"))
    same()
    assert (project / "elsewhere" / "cache.sqlite3").is_file()
    assert (project / ".hive-guardian-cache" / ".gitignore").read_text() == "*\n"


def test_another_file_decides_about_a_suspicion(guardian: RunGuardian, project: Path) -> None:
    """What is confirmed follows the other file, and a verdict on other suspicions in the same facts does not count."""

    def lost() -> list[int]:
        cached = guardian("check", "--format", "json", cwd=project).stdout
        assert cached == guardian("check", "--format", "json", "--no-cache", cwd=project).stdout
        assert cached == guardian("check", "--format", "json", cwd=project).stdout
        return [item["line"] for item in json.loads(cached)["findings"] if item["rule"] == "GR49"]

    calls, jobs = project / "src" / "shop" / "calls.py", project / "src" / "shop" / "jobs.py"
    (project / "src" / "shop" / "broken.py").unlink()
    assert lost() == [5]
    jobs.write_text("def load(): ...\nasync def dump(): ...\n")
    assert lost() == [6]
    calls.write_text(calls.read_text().replace("    load()\n", "    dump()\n    load()\n"))
    assert guardian("graph", cwd=project).returncode == 0
    assert lost() == [5, 7]


def test_a_module_that_nobody_analyses_counts_when_it_comes(guardian: RunGuardian, tmp_path: Path) -> None:
    """A generated file that is excluded provides what another one imports."""
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1"\ndependencies = ["attrs"]\n'
        '[tool.hive-guardian]\nselect = ["GR48"]\nexclude = ["made/**"]\n'
    )
    (tmp_path / "shop.py").write_text("import made.api\n")
    assert "GR48" in guardian("check", "-q", cwd=tmp_path).stdout
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "__init__.py").touch()
    (tmp_path / "made" / "api.py").touch()
    done = guardian("check", "-q", cwd=tmp_path)
    assert (done.stdout, done.returncode) == ("", 0)
