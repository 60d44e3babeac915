"""`fix --from-review`: from the suggestion of a model to the file, through the proof of fixes."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian

SHOP = '"""A shop."""\n\n\ndef first(prices):\n    """Return the first price."""\n    return prices[1]\n'
MENDED = SHOP.replace("prices[1]", "prices[0]")


def project(folder: Path) -> Path:
    """Return a project with a defect that no rule sees."""
    root = folder / "shop"
    root.mkdir()
    (root / "pyproject.toml").write_text('[tool.hive-guardian]\nroot = true\nselect = ["GR10", "GR42"]\n', "utf-8")
    (root / "a.py").write_text(SHOP, "utf-8")
    return root


def save(root: Path, **changes: object) -> str:
    """Write a report of a review with one suggestion beside the project; returns its name."""
    finding: dict[str, object] = {
        "id": "AI-correctness", "origin": "ai", "fingerprint": "00ff", "title": "the second price is returned",
        "path": "a.py", "line": 6, "quote": "    return prices[1]",
        "suggestion": {"line": 6, "end_line": 6, "text": changes.pop("text", "    return prices[0]")}, **changes,
    }  # fmt: skip
    path = root.parent / "review.json"
    path.write_text(json.dumps({"format": 1, "findings": [finding]}), "utf-8")
    return str(path)


def test_a_suggestion_is_applied_as_an_unsafe_fix(guardian: RunGuardian, tmp_path: Path) -> None:
    """Not without being asked for; shown before it is written; written once; the report says who wrote it."""
    root = project(tmp_path)
    arguments = ("fix", "--from-review", save(root))
    done = guardian(*arguments, cwd=root)
    assert (root / "a.py").read_text("utf-8") == SHOP, done.stdout
    done = guardian(*arguments, "--unsafe-fixes", "--diff", cwd=root)
    assert "+    return prices[0]" in done.stdout
    assert (root / "a.py").read_text("utf-8") == SHOP
    done = guardian(*arguments, "--unsafe-fixes", "--output", "fixes.json", cwd=root)
    assert (done.returncode, (root / "a.py").read_text("utf-8")) == (1, MENDED), done.stderr
    assert '"ai"' in (root / "fixes.json").read_text("utf-8")
    again = guardian(*arguments, "--unsafe-fixes", cwd=root)
    assert (root / "a.py").read_text("utf-8") == MENDED
    assert "was applied, or its lines changed" in again.stdout


@pytest.mark.parametrize(
    "text",
    [
        "    return (prices[0]",
        "    return prices[0],",
        "    print(prices[0])\n    return prices[0]",
        "    pass",
        "    return prices[0]\n\n\ndef second(prices):\n    return prices[1]",
        "    try:\n        return prices[0]\n    except Exception:\n        pass",
    ],
)
def test_what_fails_the_proof_is_not_applied(guardian: RunGuardian, tmp_path: Path, text: str) -> None:
    """It does not parse, makes a tuple, breaks a rule, loses the result, adds a definition, or swallows errors."""
    root = project(tmp_path)
    done = guardian("fix", "--from-review", save(root, text=text), "--unsafe-fixes", "--verbose", cwd=root)
    assert (root / "a.py").read_text("utf-8") == SHOP, done.stdout


@pytest.mark.parametrize("path", ["../outside.py", "/etc/hostname", "missing.py", "pyproject.toml"])
def test_only_files_of_the_project_are_touched(guardian: RunGuardian, tmp_path: Path, path: str) -> None:
    """A report is data: a path in it that is no file of the project, or a quote that is not there, leads nowhere."""
    root = project(tmp_path)
    (tmp_path / "outside.py").write_text(SHOP, "utf-8")
    done = guardian("fix", "--from-review", save(root, path=path), "--unsafe-fixes", cwd=root)
    assert "was applied, or its lines changed" in done.stdout
    assert (tmp_path / "outside.py").read_text("utf-8") == SHOP


def test_other_fixes_are_left_alone(guardian: RunGuardian, tmp_path: Path) -> None:
    """Whoever takes over a review gets the suggestions of the review."""
    root = project(tmp_path)
    (root / "b.py").write_text("VALUE = print(1),\n", "utf-8")
    before = (root / "b.py").read_text("utf-8")
    guardian("fix", "--from-review", save(root), "--unsafe-fixes", cwd=root)
    assert ((root / "a.py").read_text("utf-8"), (root / "b.py").read_text("utf-8")) == (MENDED, before)


@pytest.mark.parametrize(
    ("content", "words"), [(None, "No such file"), ("{", "is no report"), ('{"format": 9}', "format 9")]
)
def test_what_is_no_report_is_a_mistake(guardian: RunGuardian, tmp_path: Path, content: str | None, words: str) -> None:
    """Exit code 2, and nothing is checked."""
    root = project(tmp_path)
    if content is not None:
        (root / "r.json").write_text(content, "utf-8")
    done = guardian("fix", "--from-review", "r.json", cwd=root)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr
