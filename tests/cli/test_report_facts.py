"""What only some formats tell: provenance in SARIF, the import graph on the HTML page."""

import json
import time
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian
from tests.fakes.repositories import Repository

LAYERS = (
    "[tool.hive-guardian]\nextends = ['strict']\nselect = ['GR06']\n"
    "[[tool.hive-guardian.contracts]]\nname = 'x'\nkind = 'layers'\nlayers = ['shop.api', 'shop.core']\n"
)


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository in which the lower layer imports the upper one."""
    found = Repository(tmp_path / "shop")
    found.commit(
        {
            "pyproject.toml": LAYERS,
            "shop/__init__.py": "",
            "shop/api.py": "import shop.core\n",
            "shop/core.py": "import shop.api\n",
            "tests/test_api.py": "import shop.api\n",
        }
    )
    return found


def sarif_run(guardian: RunGuardian, root: Path) -> dict[str, object]:
    """Check a project; returns the run of the SARIF log."""
    done = guardian("check", "--format", "sarif", cwd=root)
    run: dict[str, object] = json.loads(done.stdout)["runs"][0]
    return run


def test_sarif_says_where_the_code_comes_from(guardian: RunGuardian, repository: Repository) -> None:
    """Repository without credentials, commit, branch, and the preset as category."""
    secret = "not-a-real-one"
    repository.git("remote", "add", "origin", f"https://ada:{secret}@git.example/shop.git")
    run = sarif_run(guardian, repository.root)
    assert run["versionControlProvenance"] == [
        {
            "branch": "main",
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
            "repositoryUri": "https://git.example/shop.git",
            "revisionId": repository.git("rev-parse", "HEAD").strip(),
        }
    ]
    assert run["automationDetails"] == {"id": "hive-guardian/strict/"}
    assert secret not in json.dumps(run)


def test_sarif_without_a_remote_says_nothing(guardian: RunGuardian, repository: Repository) -> None:
    """And never the path of this machine."""
    repository.git("remote", "add", "origin", str(repository.root))
    assert "versionControlProvenance" not in sarif_run(guardian, repository.root)


def test_another_commit_of_the_same_files_is_another_provenance(guardian: RunGuardian, repository: Repository) -> None:
    """No record of an earlier answer is used."""
    repository.git("remote", "add", "origin", "https://git.example/shop.git")
    time.sleep(0.1)  # a younger change keeps any answer from being recorded
    first = sarif_run(guardian, repository.root)["versionControlProvenance"]
    repository.git("branch", "-m", "renamed")
    assert sarif_run(guardian, repository.root)["versionControlProvenance"] != first


@pytest.mark.parametrize("arguments", [(), ("--staged",), ("--no-cache",)])
def test_the_page_draws_who_imports_whom(
    guardian: RunGuardian, repository: Repository, arguments: tuple[str, ...]
) -> None:
    """The forbidden import stands out; tests are not part of the picture."""
    repository.stage({"shop/core.py": "import shop.api\nx = 1\n"})
    done = guardian("check", "--format", "html", *arguments, cwd=repository.root)
    assert "<title>shop/core -&gt; shop/api: 1 import</title>" in done.stdout
    assert done.stdout.count('class="edge violation"') == 1
    assert done.stdout.count('class="edge"') == 1
    assert "tests/test_api" not in done.stdout


def test_other_formats_do_not_ask_for_it(guardian: RunGuardian, repository: Repository) -> None:
    """A check in the usual form neither imports GitPython nor draws anything."""
    done = guardian("check", cwd=repository.root, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert "hive_guardian.engine.run" in done.stderr
    for name in ("git.repo", "hive_guardian.adapters.git.provenance", "hive_guardian.report.import_edges"):
        assert name not in done.stderr
    staged = guardian("check", "--staged", cwd=repository.root, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert "hive_guardian.adapters.git" in staged.stderr
    assert "git.repo" not in staged.stderr
