"""`hive-guardian graph` on real files."""

import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian

_FILES = {
    "pyproject.toml": '[tool.hive-guardian.layout]\ncomponents = ["apps/*", "packages/*"]\n',
    "apps/shop/pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n',
    "apps/shop/src/shop/__init__.py": "",
    "apps/shop/src/shop/orders.py": "import catalog.books\nfrom shop import mail\n",
    "apps/shop/src/shop/mail.py": "def send():\n    from shop import orders\n    return orders\n",
    "packages/catalog/pyproject.toml": '[project]\nname = "catalogue-of-books"\nversion = "1"\n',
    "packages/catalog/src/catalog/__init__.py": "",
    "packages/catalog/src/catalog/books.py": "import catalog.prices\n",
    "packages/catalog/src/catalog/prices.py": "",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Two components; the application imports the library, and two of its modules import each other."""
    for name, text in _FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    return tmp_path


def test_mermaid_of_the_whole_project(guardian: RunGuardian, project: Path) -> None:
    """Without options every module is a node, and the run leaves a cache that the next one uses."""
    first = guardian("graph", cwd=project)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.startswith("flowchart LR\n")
    assert first.stdout.count('["') == 6
    assert "-.->" in first.stdout
    assert "stroke:#c00" in first.stdout
    assert (project / ".hive-guardian-cache" / "cache.sqlite3").exists()
    assert guardian("graph", cwd=project).stdout == first.stdout
    assert guardian("graph", "--no-cache", cwd=project).stdout == first.stdout
    (project / "packages/catalog/src/catalog/prices.py").write_text("import catalog.books\n")
    assert guardian("graph", cwd=project).stdout.count("-->") == first.stdout.count("-->") + 1


def test_a_check_after_a_graph_still_finds(guardian: RunGuardian, project: Path) -> None:
    """What the graph remembered in the cache is no half result for the check."""
    (project / "apps/shop/src/shop/mail.py").write_text("print('hello')\n")
    assert guardian("graph", cwd=project).returncode == 0
    cached = guardian("check", "--format", "json", cwd=project)
    fresh = guardian("check", "--format", "json", "--no-cache", cwd=project)
    assert cached.returncode == fresh.returncode == 1
    assert cached.stdout == fresh.stdout


def test_focus_and_cycles_and_paths_narrow_what_is_shown(guardian: RunGuardian, project: Path) -> None:
    """Each choice keeps only the nodes that it speaks of."""

    def names(*arguments: str) -> list[str]:
        done = guardian("graph", "--format", "json", *arguments, cwd=project)
        assert (done.returncode, done.stderr) == (0, "")
        return [node["name"] for node in json.loads(done.stdout)["nodes"]]

    assert names("--cycles") == ["shop.mail", "shop.orders"]
    assert names("--focus", "catalog.prices") == ["catalog.books", "catalog.prices"]
    assert names("--focus", "catalog.prices", "--hops", "2") == ["catalog.books", "catalog.prices", "shop.orders"]
    whole = ["catalog", "catalog.books", "catalog.prices", "shop.orders"]
    for focus in ("catalog", "packages/catalog", "packages/catalog/", "catalogue-of-books"):
        assert names("--focus", focus) == whole
        assert names("--focus", focus, "--hops", "0") == whole[:3]
    assert names("--focus", "catalogue-of-books", "--components") == ["apps/shop", "packages/catalog"]
    assert names("packages") == ["catalog", "catalog.books", "catalog.prices"]
    assert names("--components") == ["apps/shop", "packages/catalog"]


def test_output_and_dot(guardian: RunGuardian, project: Path) -> None:
    """The graph goes to a file and nothing to standard output; components count their statements."""
    done = guardian("graph", "--components", "--format", "dot", "--output", "g.dot", cwd=project)
    assert (done.returncode, done.stdout) == (0, "")
    assert '"apps/shop" -> "packages/catalog" [label="1"];' in (project / "g.dot").read_text()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--focus", "catalog.price"],
            "error: no module or component is called 'catalog.price'; did you mean 'catalog.prices'?",
        ),
        (["--hops", "2"], "error: --hops N counts from a module; say which one: --focus MODULE"),
        (["nowhere"], "error: nowhere: no such file or directory"),
    ],
)
def test_mistakes_of_the_caller(guardian: RunGuardian, project: Path, arguments: list[str], message: str) -> None:
    """Wrong arguments end with 2 and say what was probably meant."""
    done = guardian("graph", *arguments, cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == message


def test_a_graph_of_only_some_files_says_so(guardian: RunGuardian, project: Path) -> None:
    """A file that does not parse or cannot be read leaves a hole: exit code 3, each time, cached or not."""
    (project / "apps/shop/src/shop/mail.py").write_text("def send(:\n")
    closed = project / "packages/catalog/src/catalog/books.py"
    closed.chmod(0)
    unreadable = not os.access(closed, os.R_OK)  # root reads everything
    for _ in range(2):
        done = guardian("graph", cwd=project)
        assert done.returncode == 3
        assert done.stdout.startswith("flowchart LR\n")
        assert "error: apps/shop/src/shop/mail.py: does not parse" in done.stderr
        assert ("books.py: cannot be read" in done.stderr) is unreadable


def test_nothing_to_draw_is_not_success(guardian: RunGuardian, tmp_path: Path) -> None:
    """A directory without Python files has no graph."""
    (tmp_path / "notes.txt").write_text("none")
    done = guardian("graph", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing to draw" in done.stderr
