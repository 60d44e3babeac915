"""`review`: a change through the front door, offline and with recorded answers."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian
from tests.fakes.repositories import Repository

CONFIG = '[tool.hive-guardian]\nselect = ["GR10", "GR12"]\nlevel = "INFO"\n'
SHOP = "def total(prices):\n    return sum(prices)\n\n\ndef first(prices):\n    return prices[0]\n"
USE = "from shop.a import first, total\n\nVALUE = total([1]) + first([1])\n"
SECRET = "zK4" + "xW9qPmT7v"
CLAIM = {
    "file": "shop/a.py",
    "quote": "    return prices[1]",
    "line_hint": 6,
    "category": "correctness",
    "severity": "error",
    "title": "the second price is returned",
    "claim": "first() returns the second price",
    "trigger_scenario": "any list",
    "evidence_quotes": [],
    "replacement": "    return prices[0]",
}
CONFIRM = {"judgements": [{"number": 1, "verdict": "confirmed", "counter_quote": None}]}


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one commit."""
    found = Repository(tmp_path / "shop")
    found.commit({"pyproject.toml": CONFIG, "shop/__init__.py": "", "shop/a.py": SHOP, "shop/use.py": USE})
    return found


def review(guardian: RunGuardian, root: Path, *arguments: str, code: int = 0) -> dict[str, object]:
    """Review a change; returns the report."""
    done = guardian("review", "--format", "json", *arguments, cwd=root)
    assert done.returncode == code, done.stdout + done.stderr
    found = json.loads(done.stdout)
    assert isinstance(found, dict)
    return found


def ids(report: dict[str, object]) -> list[str]:
    """Return the findings, `id path:line`."""
    findings = report["findings"]
    assert isinstance(findings, list)
    return [f"{one['id']} {one['path']}:{one['line']}" for one in findings]


def test_offline_finds_what_breaks_and_says_that_no_model_ran(guardian: RunGuardian, repository: Repository) -> None:
    """Without a provider the heuristics speak, nothing reads as reviewed, and the exit code is that of the rules."""
    repository.commit({"shop/a.py": SHOP.replace("def total", "def summed")})
    report = review(guardian, repository.root, "HEAD~1..HEAD")
    assert ids(report) == ["HX-removed-name shop/use.py:1"]
    assert (report["verdict"], report["ai_ran"], report["provider"]) == ("inconclusive", False, "offline")
    text = guardian("review", "HEAD~1..HEAD", cwd=repository.root).stdout
    assert "the AI review did not run" in text
    assert "clean" not in text


@pytest.mark.parametrize("arguments", [["--staged"], ["--since", "HEAD"], []])
def test_staged_and_unstaged_changes(guardian: RunGuardian, repository: Repository, arguments: list[str]) -> None:
    """What is staged, and what the work tree has since a commit, are changes as well."""
    repository.stage({"shop/a.py": SHOP.replace("def total", "def summed")})
    assert ids(review(guardian, repository.root, *arguments)) == ["HX-removed-name shop/use.py:1"]


@pytest.mark.parametrize("is_applied", [True, False])
def test_a_diff_from_a_file(guardian: RunGuardian, repository: Repository, *, is_applied: bool) -> None:
    """A diff is reviewed whether the files are those before or after it, also from standard input."""
    repository.write({"shop/a.py": SHOP.replace("def total", "def summed"), "shop/b.py": "print(1)\n"})
    repository.git("add", "-A")
    patch = repository.git("diff", "--cached")
    (repository.root.parent / "change.diff").write_text(patch, "utf-8")
    if not is_applied:
        repository.git("reset", "-q", "--hard")
    report = review(guardian, repository.root, "--diff", "../change.diff", code=1)
    assert ids(report) == ["HX-removed-name shop/use.py:1"]
    rules = report["rule_findings"]
    assert isinstance(rules, list)
    assert [(one["rule"], one["path"]) for one in rules] == [("GR10", "shop/b.py")]
    done = guardian("review", "--diff", "-", "--format", "json", cwd=repository.root, stdin=patch)
    assert json.loads(done.stdout)["base"] == "before standard input"


def test_a_diff_that_does_not_fit(guardian: RunGuardian, repository: Repository) -> None:
    """A diff of other files, or none at all, is refused."""
    other = "--- a/shop/a.py\n+++ b/shop/a.py\n@@ -1 +1 @@\n-x\n+y\n"
    done = guardian("review", "--diff", "-", cwd=repository.root, stdin=other)
    assert (done.returncode, done.stdout) == (2, "")
    assert "fits neither" in done.stderr
    done = guardian("review", "--diff", "nothing.diff", cwd=repository.root)
    assert (done.returncode, "nothing.diff" in done.stderr) == (2, True)


def test_golden_rules_decide_the_exit_code(guardian: RunGuardian, repository: Repository) -> None:
    """A new finding of a rule fails the review, one that was there does not."""
    repository.commit({"shop/a.py": f"{SHOP}\n\nprint(1)\n"})
    report = review(guardian, repository.root, "HEAD~1..HEAD", code=1)
    rules = report["rule_findings"]
    assert isinstance(rules, list)
    assert [(one["rule"], one["path"], one["line"]) for one in rules] == [("GR10", "shop/a.py", 9)]
    repository.commit({"shop/a.py": f"{SHOP}\n\nprint(1)\nX = 1\n"})
    review(guardian, repository.root, "HEAD~1..HEAD")


def test_the_change_does_not_choose_its_judge(guardian: RunGuardian, repository: Repository) -> None:
    """Settings that come with the change do not hold yet, and are themselves a finding."""
    repository.commit({"pyproject.toml": CONFIG.replace('"GR10", ', ""), "shop/a.py": f"{SHOP}\n\nprint(1)\n"})
    report = review(guardian, repository.root, "HEAD~1..HEAD", code=1)
    assert ids(report) == ["HX-policy-change pyproject.toml:1"]


def test_required_reviews_must_be_complete(guardian: RunGuardian, repository: Repository) -> None:
    """With review.required an inconclusive review exits with 3."""
    repository.commit({"pyproject.toml": f"{CONFIG}[tool.hive-guardian.review]\nrequired = true\n"})
    repository.commit({"shop/a.py": SHOP.replace("prices[0]", "prices[-1]")})
    review(guardian, repository.root, "HEAD~1..HEAD", code=3)


def test_a_dry_run_shows_what_would_be_sent(guardian: RunGuardian, repository: Repository) -> None:
    """The policy and the data of every request, without secrets and denied files, and nothing else happens."""
    after = SHOP.replace("    return sum(prices)", f'    token = "{SECRET}"\n    return sum(prices)')
    repository.commit({"shop/a.py": after, ".env": f"TOKEN={SECRET}\n"})
    done = guardian("review", "HEAD~1..HEAD", "--dry-run", cwd=repository.root)
    assert done.returncode == 0, done.stderr
    assert SECRET not in done.stdout
    assert '    2 +     token = "⟦SECRET:assigned:1⟧"' in done.stdout
    assert "not sent: .env" in done.stdout
    assert "1 requests to the reviewer" in done.stdout
    costs = guardian("review", "HEAD~1..HEAD", "--explain-cost", cwd=repository.root)
    assert "shop/a.py" in costs.stdout
    assert "limit per review: $1.00" in costs.stdout


def test_recorded_answers_go_through_the_whole_pipeline(guardian: RunGuardian, repository: Repository) -> None:
    """A claim is grounded, confirmed, its suggestion proven, and open in the next run; a lie beside it is dropped."""
    settings = '[tool.hive-guardian.review]\nprovider = "replay"\nrecordings = "answers.jsonl"\n'
    repository.commit({"pyproject.toml": CONFIG + settings, ".gitignore": "answers.jsonl\n"})
    repository.commit({"shop/a.py": SHOP.replace("prices[0]", "prices[1]")})
    lie = CLAIM | {"file": "/etc/passwd", "quote": "root"}
    answers = [{"findings": [CLAIM, lie]}, CONFIRM]
    (repository.root / "answers.jsonl").write_text("", "utf-8")
    for answer in answers:
        report = review(guardian, repository.root, "HEAD~1..HEAD")
        assert report["verdict"] == "inconclusive"
        record(repository, report, json.dumps(answer))
    report = review(guardian, repository.root, "HEAD~1..HEAD")
    assert (report["verdict"], report["ai_ran"], report["dropped"]) == ("findings", True, {"foreign-file": 1})
    findings = report["findings"]
    assert isinstance(findings, list)
    one = findings[0]
    assert (one["id"], one["path"], one["line"], one["standing"]) == (
        "AI-correctness", "shop/a.py", 6, "confirmed",
    )  # fmt: skip
    assert one["suggestion"] == {"line": 6, "end_line": 6, "text": "    return prices[0]"}
    again = review(guardian, repository.root, "HEAD~1..HEAD")["findings"]
    assert isinstance(again, list)
    assert [item["state"] for item in again] == ["open"] * len(again)


def record(repository: Repository, report: dict[str, object], text: str) -> None:
    """Record an answer to the request the report says there was none for."""
    shortfalls = report["shortfalls"]
    assert isinstance(shortfalls, list)
    message = next(one["message"] for one in shortfalls if "digest" in one["message"])
    digest = message.partition("(digest ")[2].partition(")")[0]
    path = repository.root / "answers.jsonl"
    path.write_text(f"{path.read_text('utf-8')}{json.dumps({'digest': digest, 'text': text})}\n", "utf-8")


def test_a_suggestion_that_breaks_the_file_is_left_out(guardian: RunGuardian, repository: Repository) -> None:
    """A replacement that does not parse stays prose, with the reason."""
    settings = '[tool.hive-guardian.review]\nprovider = "replay"\nrecordings = "answers.jsonl"\n'
    repository.commit({"pyproject.toml": CONFIG + settings, ".gitignore": "answers.jsonl\n"})
    repository.commit({"shop/a.py": SHOP.replace("prices[0]", "prices[1]")})
    (repository.root / "answers.jsonl").write_text("", "utf-8")
    for answer in ({"findings": [CLAIM | {"replacement": "    return (prices[0]"}]}, CONFIRM):
        record(repository, review(guardian, repository.root, "HEAD~1..HEAD"), json.dumps(answer))
    findings = review(guardian, repository.root, "HEAD~1..HEAD")["findings"]
    assert isinstance(findings, list)
    assert findings[0]["suggestion"] is None
    assert "does not parse" in findings[0]["why_no_suggestion"]


def test_an_empty_change_is_not_clean(guardian: RunGuardian, repository: Repository) -> None:
    """A range without a change is likely the wrong one."""
    report = review(guardian, repository.root, "HEAD..HEAD")
    assert report["verdict"] == "inconclusive"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["HEAD"], "is no range"),
        (["nowhere..HEAD"], "no such commit"),
        (["HEAD..HEAD", "--staged"], "name different changes"),
        (["HEAD..HEAD", "--since", "HEAD"], "name different changes"),
        (["--since", "nowhere"], "no such commit"),
    ],
)
def test_wrong_arguments(guardian: RunGuardian, repository: Repository, arguments: list[str], words: str) -> None:
    """The message says what is wrong, with exit code 2 and no report."""
    done = guardian("review", *arguments, cwd=repository.root)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


def test_without_git(guardian: RunGuardian, tmp_path: Path) -> None:
    """A directory that is no repository has no changes to review."""
    (tmp_path / "a.py").write_text("x = 1\n", "utf-8")
    done = guardian("review", "HEAD~1..HEAD", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a git repository" in done.stderr


def test_before_the_first_commit(guardian: RunGuardian, tmp_path: Path) -> None:
    """What is staged before the first commit is all new."""
    found = Repository(tmp_path / "new")
    found.stage({"pyproject.toml": CONFIG, "a.py": "print(1)\n"})
    report = review(guardian, found.root, "--staged", code=1)
    assert report["base"] == "nothing"
    assert guardian("review", cwd=found.root).returncode == 2


def test_odd_changes(guardian: RunGuardian, repository: Repository) -> None:
    """Renames, deletions, binary files, CRLF, notebooks and merges are reviewed or named, and nothing is lost."""
    repository.commit({
        "shop/b.py": SHOP.replace("\n", "\r\n"), "old.py": "x = 1\n" * 9, "gone.py": "y = 1\n", "p.png": b"\0\1",
        "n.ipynb": "{}\n",
    })  # fmt: skip
    repository.git("checkout", "-q", "-b", "side")
    repository.commit({
        "shop/b.py": SHOP.replace("prices[0]", "prices[1]").replace("\n", "\r\n"), "old.py": None,
        "new.py": "x = 1\n" * 9, "gone.py": None, "p.png": b"\0\2", "n.ipynb": '{"a": 1}\n',
    })  # fmt: skip
    repository.git("checkout", "-q", "main")
    repository.commit({"shop/c.py": "z = 1\n"})
    repository.git("merge", "-q", "--no-edit", "side")
    report = review(guardian, repository.root, "HEAD~1..HEAD")
    coverage = report["coverage"]
    assert isinstance(coverage, dict)
    reasons = {one["path"]: one["reason"] for one in coverage["hunks"]}
    assert reasons == {
        "gone.py": "no model was asked",
        "n.ipynb": "no model was asked",
        "new.py": "only its name changed",
        "p.png": "a binary file",
        "shop/b.py": "no model was asked",
    }


@pytest.mark.parametrize("form", ["text", "json", "sarif", "markdown"])
def test_formats_are_stable(guardian: RunGuardian, repository: Repository, tmp_path: Path, form: str) -> None:
    """Every format is the same twice on the same change, on standard output and in a file."""
    repository.commit({"shop/a.py": SHOP.replace("def total", "def summed")})
    target = tmp_path / "out"
    arguments = ("review", "HEAD~1..HEAD", "--no-cache", "--format", form)
    first = guardian(*arguments, cwd=repository.root)
    second = guardian(*arguments, "--output", target, cwd=repository.root)
    assert (first.returncode, second.returncode, second.stdout) == (0, 0, "")
    assert first.stdout == target.read_text("utf-8")
    assert "removed-name" in first.stdout


@pytest.mark.parametrize("target", [".env", "/etc/hostname"])
def test_links_lead_nowhere(guardian: RunGuardian, repository: Repository, target: str) -> None:
    """What a new or replaced link leads to is not sent, whatever it is."""
    repository.commit({".env": f"TOKEN={SECRET}\n", "plain.txt": "x\n"})
    for name in ("link.txt", "plain.txt"):
        (repository.root / name).unlink(missing_ok=True)
        (repository.root / name).symlink_to(target)
    repository.stage({})
    done = guardian("review", "--staged", "--dry-run", cwd=repository.root)
    assert done.returncode == 0, done.stderr
    assert "0 requests to the reviewer" in done.stdout
    assert done.stdout.count("a symbolic link") == 2
    report = review(guardian, repository.root, "--staged")
    assert report["verdict"] == "inconclusive"
