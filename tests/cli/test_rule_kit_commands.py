"""`hive-guardian rule new`, `test`, `bench` and `corpus` on real files."""

from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian

_TEXTUAL = '''
import ast
from hive_guardian import Bad, FileRule, Good, Severity, on

class Textual(FileRule):
    """Textual."""

    code, name, title = "LOC01", "textual", "Textual"
    severity = Severity.ERROR
    tags = ("local",)
    examples = (Bad("import pdb\\npdb.set_trace()\\n", at=[(2, {column})]), Good("pass\\n"))

    @on(ast.Call)
    def check_call(self, node, ctx):
        if ast.unparse(node.func) == "pdb.set_trace":
            yield ctx.finding(node, "debugger")
'''


@pytest.mark.parametrize("project", [[], ["--project"]], ids=["file rule", "project rule"])
def test_a_new_rule_keeps_its_own_examples(guardian: RunGuardian, tmp_path: Path, project: list[str]) -> None:
    """What `rule new` writes passes `rule test --mutate` and runs as a local rule; a second time it is refused."""
    written = guardian("rule", "new", "ACME01", "old-thing", "--family", "acme", *project, cwd=tmp_path)
    assert (written.returncode, written.stderr) == (0, "")
    assert 'add local-rules = ["tools/rules"]' in written.stdout
    tested = guardian("rule", "test", "tools/rules/old_thing.py", "--mutate", cwd=tmp_path)
    assert (tested.returncode, tested.stderr) == (0, "")
    assert tested.stdout.startswith("ok     ACME01 old-thing: ")
    again = guardian("rule", "new", "ACME02", "old-thing", cwd=tmp_path)
    assert (again.returncode, again.stderr) == (
        2,
        "error: tools/rules/old_thing.py exists already; nothing was written\n",
    )
    (tmp_path / "hive-guardian.toml").write_text('local-rules = ["tools/rules"]\nlevel = "WARNING"\n')
    (tmp_path / "app.py").write_text("import pdb\nimport legacy\npdb.set_trace()\n")
    checked = guardian("check", "app.py", "--select", "ACME01", cwd=tmp_path)
    assert checked.returncode == 1
    assert "ACME01 old-thing" in checked.stdout
    taken = guardian("rule", "new", "ACME01", "other-thing", cwd=tmp_path)
    assert taken.stderr == "error: ACME01 is taken by old-thing; choose another id\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gr1", "bare-thing"], "'gr1' is not an id such as ACME01"),
        (["ACME01", "Bare"], "'Bare' is not a slug such as bare-except"),
        (["ACME01", "bare-thing", "--family", "a b"], "'a b' is not a family such as local"),
        (["GR12", "bare-thing"], "GR12 is taken by blocking-call-in-async; choose another id"),
        (["ACME01", "bare-except-in-test", "--directory", "file"], "file/bare_except_in_test.py: "),
    ],
)
def test_what_new_refuses(guardian: RunGuardian, tmp_path: Path, arguments: list[str], message: str) -> None:
    """Nothing is written when a word is not what it should be, or is taken."""
    (tmp_path / "file").write_text("")
    done = guardian("rule", "new", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(("error: " + message, "Usage:"))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_rule_that_matches_text_fails_the_variants(guardian: RunGuardian, tmp_path: Path) -> None:
    """Its own examples hold; another spelling shows that it does not resolve names."""
    (tmp_path / "textual.py").write_text(_TEXTUAL.format(column=1))
    assert guardian("rule", "test", "textual.py", cwd=tmp_path).returncode == 0
    done = guardian("rule", "test", "textual.py", "--mutate", "-v", cwd=tmp_path)
    assert done.returncode == 1
    assert "FAILED LOC01 textual" in done.stdout
    assert "example 1, alias: expected 1 x textual in pkg/module.py, found nothing" in done.stdout
    assert "    | import pdb as pdb_alias" in done.stdout
    assert "example 1, from-import: " in done.stdout
    assert "example 1, shadowed: the finding stays when the name comes from another module" in done.stdout
    assert "left out" in done.stdout


def test_an_example_that_does_not_hold_fails(guardian: RunGuardian, tmp_path: Path) -> None:
    """The message says what was expected and what happened."""
    (tmp_path / "textual.py").write_text(_TEXTUAL.format(column=7))
    done = guardian("rule", "test", "textual.py", cwd=tmp_path)
    assert done.returncode == 1
    assert "example 1: expected findings at [(2, 7)], found [(2, 1)]" in done.stdout


@pytest.mark.parametrize(
    ("target", "code", "message"),
    [
        ("GR0012", 2, "error: there is no rule, file or package 'GR0012'; did you mean 'GR12'?"),
        ("nowhere.py", 2, "error: nowhere.py: no such file or directory"),
        ("empty.py", 2, "error: empty.py: no rule is defined there"),
        ("broken.py", 3, "error: broken.py did not load: ZeroDivisionError: division by zero"),
    ],
)
def test_what_cannot_be_tested(guardian: RunGuardian, tmp_path: Path, target: str, code: int, message: str) -> None:
    """A name nobody knows is the caller's mistake, code that fails is not a passed test."""
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "broken.py").write_text("1 / 0\n")
    done = guardian("rule", "test", target, cwd=tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (code, "", f"{message}\n")


def test_rules_are_tested_by_id_and_by_package(guardian: RunGuardian, tmp_path: Path) -> None:
    """One id is one rule, a package all of its rules."""
    assert guardian("rule", "test", "gr12", cwd=tmp_path).stdout.endswith("examples\npassed\n")
    family = guardian("rule", "test", "hive_guardian_rules.concurrency", cwd=tmp_path).stdout
    assert "GR12" in family
    assert "GR51" in family


def test_bench_measures_a_rule_beside_the_parse(guardian: RunGuardian, tmp_path: Path) -> None:
    """Seconds and share of one rule, whatever the level and the configuration."""
    (tmp_path / "a.py").write_text("import time\nasync def f():\n    time.sleep(1)\n" * 50)
    done = guardian("rule", "bench", "GR12", ".", "--rounds", "1", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("GR12 blocking-call-in-async on 1 files, 0.0 MB, best of 1\n")
    assert done.stdout.endswith("findings           50\n")
    assert "% of the parse" in done.stdout
    unknown = guardian("rule", "bench", "GR122", cwd=tmp_path)
    assert unknown.returncode == 2
    assert "GR12" in unknown.stderr


def test_corpus_shows_a_reproducible_sample(guardian: RunGuardian, tmp_path: Path) -> None:
    """Equal seeds draw equal samples, with code frames; another seed draws another one."""
    (tmp_path / "a.py").write_text("".join(f"print({number})\n" for number in range(60)))
    corpus = ("rule", "corpus", ".", "--select", "GR10", "--sample", "5")
    first = guardian(*corpus, cwd=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout.endswith(": 60 errors\nShown: 5 of 60 findings in 1 file, seed 0\n")
    assert first.stdout.count("GR10 print-call") == 5
    assert " | print(" in first.stdout
    assert guardian(*corpus, cwd=tmp_path).stdout == first.stdout
    assert guardian(*corpus, "--seed", "7", cwd=tmp_path).stdout != first.stdout


def test_own_rules_are_tried_on_other_code(guardian: RunGuardian, tmp_path: Path) -> None:
    """Rules of a project, with code or without, are brought to code that knows nothing of them; its own stay off."""
    mine, theirs = tmp_path / "mine", tmp_path / "theirs"
    (mine / "tools").mkdir(parents=True)
    (theirs / "rules").mkdir(parents=True)
    (mine / "tools" / "textual.py").write_text(_TEXTUAL.format(column=1))
    (mine / "tools" / "old.rule.toml").write_text(
        'code = "LOC02"\nname = "old-call"\ntitle = "Old"\nmessage = "old"\npatterns = ["acme.old(...)"]\n'
        'bad = ["import acme\\nacme.old()\\n"]\n'
    )
    (theirs / "rules" / "evil.py").write_text("raise SystemExit('this must not run')\n")
    (theirs / "hive-guardian.toml").write_text('root = true\nlocal-rules = ["rules"]\nignore = ["GR48"]\n')
    (theirs / "a.py").write_text(
        "import acme, pdb\npdb.set_trace()\nacme.old()\npdb.set_trace()  # guardian: allow[LOC01] the operators know\n"
    )
    for code, count in (("LOC01", 1), ("LOC02", 1)):
        shown = guardian("rule", "corpus", "../theirs", "--select", code, "--rules", "tools", cwd=mine)
        assert (shown.returncode, shown.stderr) == (0, ""), shown.stdout
        assert f"Shown: {count} of {count} finding in 2 files" in shown.stdout
        measured = guardian("rule", "bench", code, "../theirs", "--rules", "tools", cwd=mine)
        assert measured.returncode == 0, measured.stderr
        assert f"{code} " in measured.stdout
    missing = guardian("rule", "corpus", "../theirs", "--rules", "tols", cwd=mine)
    assert (missing.returncode, "tols" in missing.stderr) == (2, True)


def test_a_new_rule_adds_no_finding_to_its_project(guardian: RunGuardian, tmp_path: Path) -> None:
    """Rules of a project are scripts: what loads them brings their imports, and their examples are their tests."""
    (tmp_path / "shop").mkdir()
    (tmp_path / "tests").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("def total():\n    return 1\n")
    (tmp_path / "tests" / "test_shop.py").write_text(
        "from shop import total\ndef test_total():\n    assert total() == 1\n"
    )
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "shop"\nversion = "1"\nrequires-python = ">=3.11"\n'
        '[dependency-groups]\ntest = ["pytest"]\n'
        '[tool.hive-guardian]\nroot = true\nlocal-rules = ["./tools/rules/"]\n'
    )
    for arguments in (("ACME01", "one-call"), ("ACME02", "two-call", "--project")):
        assert guardian("rule", "new", *arguments, cwd=tmp_path).returncode == 0
    done = guardian("check", "--level", "INFO", "--format", "json", cwd=tmp_path)
    assert '"path": "tools/' not in done.stdout
    assert '"checked": 4' in done.stdout, done.stdout
