"""`check --since REV`: only what was not there at a commit counts."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian
from tests.fakes.repositories import Repository

CONFIG = '[tool.hive-guardian]\nselect = ["GR10", "GR12", "GR45"]\nlevel = "INFO"\n'
OLD = "def f():\n    print(1)\n"
Files = Mapping[str, str | bytes | None]


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository whose only commit has one finding, in pkg/a.py."""
    found = Repository(tmp_path / "shop")
    found.commit({"pyproject.toml": CONFIG, "pkg/__init__.py": "", "pkg/a.py": OLD})
    return found


def check(guardian: RunGuardian, root: Path, *arguments: str) -> tuple[dict[str, list[str]], int]:
    """Check a project; returns status -> places, and the exit code."""
    done = guardian("check", "--format", "json", "--show", "all", *arguments, cwd=root)
    assert done.stdout, done.stderr
    found: dict[str, list[str]] = {}
    for item in json.loads(done.stdout)["findings"]:
        found.setdefault(item["status"], []).append(f"{item['path']}:{item['line']}")
    return found, done.returncode


@pytest.mark.parametrize(
    ("change", "new", "known"),
    [
        pytest.param({}, [], ["pkg/a.py:2"], id="nothing"),
        pytest.param({"pkg/b.py": "print(1)\n"}, ["pkg/b.py:1"], ["pkg/a.py:2"], id="another file"),
        pytest.param({"pkg/a.py": f"{OLD}print(2)\n"}, ["pkg/a.py:3"], ["pkg/a.py:2"], id="in the same file"),
        pytest.param({"pkg/a.py": f"import os\n\n\n{OLD}"}, [], ["pkg/a.py:5"], id="moved down"),
        pytest.param({"pkg/a.py": f"{OLD}    print(1)\n"}, ["pkg/a.py:3"], ["pkg/a.py:2"], id="the same once more"),
        pytest.param({"pkg/a.py": None, "pkg/deep/b.py": OLD}, [], ["pkg/deep/b.py:2"], id="renamed file"),
        pytest.param({"pkg/a.py": None, "pkg/b.py": f"{OLD}print(2)\n"}, ["pkg/b.py:3"], ["pkg/b.py:2"], id="and more"),
        pytest.param({"pkg/a.py": None, "pkg/b.py": f"x = 1\n{OLD}"}, [], ["pkg/b.py:3"], id="renamed and edited"),
        pytest.param(
            {"pkg/a.py": "", "pkg/__init__.py": OLD}, ["pkg/__init__.py:2"], [], id="mended here, written there"
        ),
        pytest.param({"pkg/b.py": OLD}, ["pkg/b.py:2"], ["pkg/a.py:2"], id="copied"),
        pytest.param({"pkg/a.py": None}, [], [], id="deleted"),
        pytest.param({"pkg/a.py": OLD.replace("f(", "g(")}, [], ["pkg/a.py:2"], id="renamed function"),
        pytest.param({"pkg/a.py": "def f(:\n"}, ["pkg/a.py:1"], [], id="no longer Python"),
    ],
)
def test_only_what_was_not_there_is_new(
    guardian: RunGuardian, repository: Repository, change: Files, new: list[str], known: list[str]
) -> None:
    """Changes are judged alike, committed or not, with a cache or without; the exit code counts what is new."""
    repository.write(change)
    expected = {name: places for name, places in (("new", new), ("baselined", known)) if places}
    assert check(guardian, repository.root, "--since", "HEAD") == (expected, int(bool(new)))
    assert check(guardian, repository.root, "--since", "HEAD", "--no-cache") == (expected, int(bool(new)))
    repository.commit({})
    assert check(guardian, repository.root, "--since", "HEAD~1") == (expected, int(bool(new)))
    assert check(guardian, repository.root, "--since", "HEAD~1") == (expected, int(bool(new)))


def test_a_finding_whose_suppression_goes_is_new(guardian: RunGuardian, repository: Repository) -> None:
    """What was suppressed did not count then."""
    allowed = "def f():\n    print(1)  # guardian: allow[GR10] shows the banner of the shop\n"
    repository.commit({"pkg/a.py": allowed})
    repository.write({"pkg/a.py": OLD})
    assert check(guardian, repository.root, "--since", "HEAD") == ({"new": ["pkg/a.py:2"]}, 1)
    repository.commit({})
    repository.write({"pkg/a.py": allowed})
    assert check(guardian, repository.root, "--since", "HEAD") == ({"suppressed": ["pkg/a.py:2"]}, 0)


def test_the_rules_of_today_judge_the_code_of_then(guardian: RunGuardian, repository: Repository) -> None:
    """A rule that is switched on today makes nothing new that was in the code before."""
    repository.commit({"pyproject.toml": CONFIG.replace('"GR10", ', "")})
    repository.write({"pyproject.toml": CONFIG})
    assert check(guardian, repository.root, "--since", "HEAD") == ({"baselined": ["pkg/a.py:2"]}, 0)


LAYERS = (
    "[tool.hive-guardian]\nselect = ['GR06']\n[[tool.hive-guardian.contracts]]\n"
    "kind = 'layers'\nname = 'layers'\nlayers = ['shop.api', {}'shop.core']\n"
)


def test_contracts_may_name_what_was_not_there_yet(guardian: RunGuardian, tmp_path: Path) -> None:
    """An old violation stays old when the contract gets a layer for a new package, and the new package's counts."""
    repository = Repository(tmp_path / "shop")
    repository.commit(
        {
            "pyproject.toml": LAYERS.replace("{}", ""),
            "shop/__init__.py": "",
            "shop/api.py": "",
            "shop/core.py": "import shop.api\n",
        }
    )
    repository.write({"pyproject.toml": LAYERS.replace("{}", "'shop.orders', "), "shop/orders.py": "import shop.api\n"})
    found, code = check(guardian, repository.root, "--since", "HEAD")
    assert found == {"new": ["shop/orders.py:1"], "baselined": ["shop/core.py:1"]}
    assert code == 1


def test_findings_of_the_whole_project_are_compared_too(guardian: RunGuardian, tmp_path: Path) -> None:
    """A cycle that only the project shows is found at the commit, from git's objects."""
    repository = Repository(tmp_path / "shop")
    config = "[tool.hive-guardian]\nselect = ['import-cycle']\nlevel = 'INFO'\n"
    cycle = {"shop/a.py": "import shop.b\n", "shop/b.py": "import shop.a\n"}
    repository.commit({"pyproject.toml": config, "shop/__init__.py": "", **cycle})
    before, _ = check(guardian, repository.root)
    assert before["new"]
    repository.write({"shop/c.py": "x = 1\n"})
    after, code = check(guardian, repository.root, "--since", "HEAD")
    assert set(before["new"]) <= set(after["baselined"])
    assert not any(place.startswith(("shop/a", "shop/b")) for place in after.get("new", ()))
    assert code in {0, 1}


def test_paths_limit_what_is_reported_not_what_moved(guardian: RunGuardian, repository: Repository) -> None:
    """A finding that is still where it was does not account for a copy elsewhere."""
    repository.write({"pkg/b.py": OLD})
    assert check(guardian, repository.root, "--since", "HEAD", "pkg/b.py") == ({"new": ["pkg/b.py:2"]}, 1)
    repository.write({"pkg/a.py": None})
    assert check(guardian, repository.root, "--since", "HEAD", "pkg/b.py") == ({"baselined": ["pkg/b.py:2"]}, 0)


def test_nothing_of_the_repository_is_touched(guardian: RunGuardian, repository: Repository) -> None:
    """Neither the work tree, nor the index, nor a ref changes."""
    repository.write({"pkg/a.py": "x = 1\n", "notes.txt": "mine\n"})
    index = (repository.root / ".git" / "index").read_bytes()
    before = repository.git("status", "--porcelain"), repository.git("for-each-ref"), repository.git("reflog")
    index = (repository.root / ".git" / "index").read_bytes()
    assert check(guardian, repository.root, "--since", "HEAD")[1] == 0
    assert (repository.root / ".git" / "index").read_bytes() == index
    after = repository.git("status", "--porcelain"), repository.git("for-each-ref"), repository.git("reflog")
    assert after == before


def test_a_detached_head_and_a_linked_work_tree_are_fine(guardian: RunGuardian, repository: Repository) -> None:
    """Neither a branch nor a directory called .git is needed."""
    repository.commit({"pkg/b.py": "print(2)\n"})
    repository.git("worktree", "add", "-q", "--detach", str(repository.root.parent / "linked"))
    linked = repository.root.parent / "linked"
    expected = {"new": ["pkg/b.py:1"], "baselined": ["pkg/a.py:2"]}
    assert check(guardian, linked, "--since", "HEAD~1") == (expected, 1)
    repository.git("checkout", "-q", "--detach")
    assert check(guardian, repository.root, "--since", "main~1") == (expected, 1)


def test_line_endings_make_nothing_new(guardian: RunGuardian, repository: Repository) -> None:
    """A work tree with other line endings than the commit has the same findings."""
    repository.git("config", "core.autocrlf", "true")
    repository.write({"pkg/a.py": OLD.replace("\n", "\r\n")})
    assert check(guardian, repository.root, "--since", "HEAD") == ({"baselined": ["pkg/a.py:2"]}, 0)


def test_an_unfinished_merge_is_compared_as_it_lies_on_disk(guardian: RunGuardian, repository: Repository) -> None:
    """Conflicts in the index do not matter to the work tree."""
    repository.git("checkout", "-q", "-b", "topic")
    repository.commit({"pkg/a.py": f"{OLD}a = 1\n"})
    repository.git("checkout", "-q", "main")
    repository.commit({"pkg/a.py": f"{OLD}a = 2\n"})
    repository.git("merge", "topic", check=False)
    repository.write({"pkg/a.py": f"{OLD}a = 3\nprint(a)\n"})
    found = check(guardian, repository.root, "--since", "HEAD")
    assert found == ({"new": ["pkg/a.py:4"], "baselined": ["pkg/a.py:2"]}, 1)


def test_the_report_says_what_it_was_compared_with(guardian: RunGuardian, repository: Repository) -> None:
    """Name and commit stand in the summary, the reason at the finding, and in SARIF the state."""
    commit = repository.git("rev-parse", "HEAD").strip()
    text = guardian("check", "--since", "main", "--show", "all", cwd=repository.root).stdout
    assert f"compared with main ({commit[:10]})" in text
    assert f"was there at main ({commit[:10]})" in text
    assert f"1 finding from before main ({commit[:10]})" in text
    arguments = ("check", "--since", "main", "--show", "all", "--format", "sarif")
    log = json.loads(guardian(*arguments, cwd=repository.root).stdout)
    assert [result["baselineState"] for result in log["runs"][0]["results"]] == ["unchanged"]


def test_an_answer_is_not_replayed(guardian: RunGuardian, repository: Repository) -> None:
    """A branch may move without a file changing."""
    repository.commit({"pkg/b.py": "print(2)\n"})
    assert check(guardian, repository.root, "--since", "HEAD~1")[0]["new"] == ["pkg/b.py:1"]
    repository.commit({})
    assert "new" not in check(guardian, repository.root, "--since", "HEAD~1")[0]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (["--since", "nope"], "--since nope: there is no such commit here"),
        (["--since", "HEAD:pkg"], "is a tree, not a commit"),
        (["--since=--upload-pack=touch owned"], "there is no such commit here"),
        (["--since=-x"], "there is no such commit here"),
        (["--since", ""], "is not the name of a commit"),
        (["--since", "HEAD", "--stdin-filename", "x.py"], "--staged and --since need files that git knows"),
    ],
)
def test_what_cannot_be_compared_with_is_a_usage_error(
    guardian: RunGuardian, repository: Repository, arguments: list[str], problem: str
) -> None:
    """Exit code 2, a message that says what to do, and no report."""
    done = guardian("check", *arguments, cwd=repository.root)
    assert (done.returncode, done.stdout) == (2, "")
    assert problem in done.stderr
    assert not (repository.root / "owned").exists()


def test_a_shallow_clone_says_how_to_fetch(guardian: RunGuardian, repository: Repository, tmp_path: Path) -> None:
    """The most frequent case in CI names both remedies."""
    repository.commit({"pkg/b.py": ""})
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.root}", str(tmp_path / "clone"))
    done = guardian("check", "--since", "HEAD~1", cwd=tmp_path / "clone")
    assert done.returncode == 2
    assert "git fetch --unshallow" in done.stderr
    assert "fetch-depth: 0" in done.stderr


def test_without_a_repository_or_without_git_there_is_no_past(guardian: RunGuardian, tmp_path: Path) -> None:
    """Both are errors of usage, told apart."""
    (tmp_path / "a.py").write_text(OLD)
    done = guardian("check", "--since", "HEAD", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a git repository" in done.stderr
    Repository(tmp_path / "shop").commit({"a.py": OLD})
    done = guardian("check", "--since", "HEAD", cwd=tmp_path / "shop", env={"PATH": str(tmp_path)})
    assert done.returncode == 2
    assert "git cannot be run" in done.stderr


def test_a_commit_with_missing_objects_hides_nothing(guardian: RunGuardian, repository: Repository) -> None:
    """What cannot be read at the commit cannot excuse anything today, and the report says so."""
    blob = repository.git("rev-parse", "HEAD:pkg/a.py").strip()
    repository.write({"pkg/a.py": f"{OLD}x = 1\n"})
    (repository.root / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    done = guardian("check", "--since", "HEAD", cwd=repository.root)
    assert done.returncode == 1
    assert "pkg/a.py:2" in done.stdout
    assert "pkg/a.py could not be judged at" in done.stdout


def test_the_age_of_an_exception_comes_from_history(guardian: RunGuardian, tmp_path: Path) -> None:
    """Once an age is agreed; what was too old at the commit already is not new."""
    repository = Repository(tmp_path / "shop")
    aged = CONFIG + "[tool.hive-guardian.rules.GR45]\nmax-age-days = 90\n"
    allowed = "print(1)  # guardian: allow[GR10] shows the banner of the shop\n"
    repository.commit({"pyproject.toml": aged, "old.py": allowed}, date="2025-06-01T12:00:00+00:00")
    repository.commit({"young.py": allowed}, date="2026-01-10T12:00:00+00:00")
    repository.write({"mine.py": allowed})
    found, code = check(guardian, repository.root, "--today", "2026-01-15")
    assert (found["new"], code) == (["old.py:1"], 1)
    found, code = check(guardian, repository.root, "--today", "2026-01-15", "--since", "HEAD")
    assert (found["baselined"], code) == (["old.py:1"], 0)
    assert "new" not in found


def test_a_partial_clone_fetches_what_the_commit_needs(
    guardian: RunGuardian, repository: Repository, tmp_path: Path
) -> None:
    """Content that was left out comes from the origin, as for any git command."""
    repository.commit({"pkg/a.py": f"{OLD}print(2)\n"})
    repository.git("config", "uploadpack.allowFilter", "true")
    repository.git("clone", "-q", "--filter=blob:none", f"file://{repository.root}", str(tmp_path / "clone"))
    expected = {"new": ["pkg/a.py:3"], "baselined": ["pkg/a.py:2"]}
    assert check(guardian, tmp_path / "clone", "--since", "HEAD~1") == (expected, 1)


def test_repositories_of_the_longer_hash_are_understood(guardian: RunGuardian, tmp_path: Path) -> None:
    """Git knows two formats of object ids."""
    repository = Repository(tmp_path / "shop", object_format="sha256")
    commit = repository.commit({"pyproject.toml": CONFIG, "a.py": OLD})
    assert len(commit) == 64
    repository.write({"a.py": f"{OLD}print(2)\n"})
    assert check(guardian, repository.root, "--since", commit) == ({"new": ["a.py:3"], "baselined": ["a.py:2"]}, 1)
