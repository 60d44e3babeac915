"""Fixes over whole projects: what they change is what they say, the projects' own tests agree, and so does ruff."""

import ast
import io
import os
import re
import shutil
import subprocess
import sys
import tokenize
import warnings
from pathlib import Path

import pytest

from benchmarks.fixing import plant_commas
from tests.oracles.trees import SOURCES, fetch

pytestmark = pytest.mark.oracle
_SELECTED = ("--select", "GR08,GR42", "--preset", "strict", "--level", "INFO", "--unsafe-fixes", "--isolated")
_TESTS = ("template_tests", "utils_tests", "forms_tests", "urlpatterns_reverse", "model_fields")
_LIBRARIES = ("asgiref==3.9.1", "sqlparse==0.5.3", "tzdata==2025.2")
_NAMES = ("django", "homeassistant")


@pytest.fixture(scope="module", params=_NAMES)
def trees(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A project as it is, and the same with stray commas that were planted and then fixed."""
    source = next(source for source in SOURCES if source.name == request.param)
    original = fetch(source).root
    target = tmp_path_factory.mktemp("fixed") / source.name
    plant_commas(original, target)
    assert fix(target).returncode == 1
    return original, target


def fix(root: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run the installed program."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HIVE_GUARDIAN_")}
    command = (sys.executable, "-m", "hive_guardian", "fix", *_SELECTED, "--no-cache", *options, ".")
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)


def parse(data: bytes) -> ast.Module | None:
    """The tree of a file, `None` for one that does not parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(data)
        except (SyntaxError, ValueError):
            return None


def comments(data: bytes) -> list[str]:
    """The comments of a file, in order."""
    tokens = tokenize.tokenize(io.BytesIO(data).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def without_fixes(tree: ast.Module) -> str:
    """A tree as text, without what the two rules change."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and ast.dump(node.returns or tree) == _NONE:
            node.returns = None
        if isinstance(node, ast.Expr | ast.Assign | ast.Return | ast.AnnAssign | ast.AugAssign | ast.Yield):
            value = node.value
            if isinstance(value, ast.Tuple) and len(value.elts) == 1:
                node.value = value.elts[0]
    return ast.dump(tree)


_NONE = ast.dump(ast.Constant(None))


def test_only_what_was_declared_differs(trees: tuple[Path, Path]) -> None:
    """Every file compiles if it did, has the same comments, and means the same apart from commas and `-> None`."""
    original, fixed = trees
    changed = 0
    for path in sorted(fixed.rglob("*.py")):
        before, after = (original / path.relative_to(fixed)).read_bytes(), path.read_bytes()
        if before == after:
            continue
        old, new = parse(before), parse(after)
        assert old is not None, path
        assert new is not None, path
        assert comments(after) == comments(before), path
        assert without_fixes(new) == without_fixes(old), path
        changed += 1
    assert changed


def test_every_planted_comma_is_gone(trees: tuple[Path, Path]) -> None:
    """What is left of the changes are return annotations."""
    original, fixed = trees
    for path in sorted(fixed.rglob("*.py")):
        before, after = (original / path.relative_to(fixed)).read_bytes(), path.read_bytes()
        kept = [line.replace(b" -> None", b"") for line in after.split(b"\n")]
        old = [line.replace(b" -> None", b"") for line in before.split(b"\n")]
        assert len(kept) == len(old), path
        assert [one for one, other in zip(kept, old, strict=True) if one not in (other, other.replace(b",", b""))] == []


def test_a_second_run_changes_nothing(trees: tuple[Path, Path]) -> None:
    """Everything that could be fixed was."""
    done = fix(trees[1], "--diff")
    assert done.stdout == ""


def test_ruff_would_write_the_same_annotations(tmp_path: Path) -> None:
    """Wherever we write `-> None`, ruff's own fix does, too."""
    original = fetch(next(source for source in SOURCES if source.name == "django")).root
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for target in (ours, theirs):
        shutil.copytree(original, target)
    fix(ours)
    command = (sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--select", "ANN2")
    options = ("--fix-only", "--unsafe-fixes", "--quiet", "--target-version", "py311", ".")
    subprocess.run((*command, *options), cwd=theirs, capture_output=True, check=True)
    missing = [
        f"{path.relative_to(ours)}:{line}"
        for path in sorted(ours.rglob("*.py"))
        for line in sorted(annotated(path.read_bytes()) - annotated((theirs / path.relative_to(ours)).read_bytes()))
    ]
    assert missing == []


def annotated(data: bytes) -> set[str]:
    """The functions that are annotated to return nothing, by name and first line of their body."""
    tree = parse(data)
    return {
        f"{node.name}:{ast.unparse(node.body[0])[:60]}"
        for node in (ast.walk(tree) if tree else ())
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and ast.dump(node.returns or tree) == _NONE  # type: ignore[arg-type]  # there is a tree
    }


def test_the_tests_of_django_say_the_same_about_the_fixed_tree(tmp_path: Path) -> None:
    """A part of the project's own test suite runs as many tests with the same result."""
    original = fetch(next(source for source in SOURCES if source.name == "django")).root
    libraries = tmp_path / "libraries"
    command = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", libraries)
    subprocess.run((*map(str, command), *_LIBRARIES), check=True, capture_output=True)
    fixed = tmp_path / "fixed"
    plant_commas(original, fixed)
    assert fix(fixed).returncode == 1
    assert run_tests(fixed, libraries) == run_tests(original, libraries)


def run_tests(root: Path, libraries: Path) -> list[str]:
    """What Django's runner says at the end, without the time."""
    environment = {**os.environ, "PYTHONPATH": f"{root}{os.pathsep}{libraries}", "PYTHONDONTWRITEBYTECODE": "1"}
    command = (sys.executable, "-W", "ignore", "runtests.py", "--parallel", "1", *_TESTS)
    done = subprocess.run(
        command, cwd=root / "tests", env=environment, capture_output=True, text=True, check=False, timeout=1200
    )
    said = re.findall(r"^(?:Ran \d+ tests|OK.*|FAILED.*|ERROR: .*|FAIL: .*)", done.stderr, re.MULTILINE)
    assert said, done.stderr[-2000:]
    return said
