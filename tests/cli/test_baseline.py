"""A team accepts the findings of today; from then on only new ones fail, and the rest shrinks."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian

FILE = "hive-guardian-baseline.json"
PRINTS = "def f():\n    print(1)\n    print(1)\n"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with three findings of GR10, two of them equal."""
    (tmp_path / "pyproject.toml").write_text('[tool.hive-guardian]\nroot = true\nselect = ["GR10", "GR43"]\n')
    package = tmp_path / "pkg"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "a.py").write_text(PRINTS)
    (package / "b.py").write_text("def g():\n    print(2)\n")
    return tmp_path


def entries(root: Path, name: str = FILE) -> list[dict[str, str]]:
    """Return the entries of a baseline file, which any JSON reader can read."""
    return [record for record in json.loads((root / name).read_text())[1:] if "rule" in record]


def lines(root: Path) -> list[str]:
    """Return the lines of the baseline file."""
    return (root / FILE).read_text().splitlines()


def git(root: Path, *arguments: str) -> None:
    """Run git."""
    subprocess.run(["git", *arguments], cwd=root, check=True)  # noqa: S607 - the git of the machine is what is tested


def test_only_what_is_new_fails(guardian: RunGuardian, project: Path) -> None:
    """From no baseline to one that is empty again."""
    made = guardian("baseline", "create", "--today", "2026-01-15", cwd=project)
    assert (made.returncode, made.stdout) == (0, f"{FILE}: 3 added; 3 findings accepted\n")
    clean = guardian("check", cwd=project)
    assert clean.returncode == 0
    assert "3 findings in the baseline (see them with `--show all`)" in clean.stdout
    shown = guardian("check", "--show", "all", "-q", cwd=project)
    assert (shown.returncode, shown.stdout.count("[baselined]")) == (0, 3)

    (project / "pkg" / "b.py").write_text("def new():\n    print(3)\n\n\ndef g():\n    print(2)\n")
    failed = guardian("check", "-q", cwd=project)
    assert (failed.returncode, failed.stdout.splitlines()) == (
        1,
        ["pkg/b.py:2:5: GR10 `print` writes to standard output; use logging.getLogger"],
    )

    (project / "pkg" / "b.py").write_text("def g():\n    return 2\n")
    stale = guardian("check", "-q", cwd=project)
    problem = "the baseline has 1 entry for GR10 that nothing needs any more (pkg/b.py)"
    assert (stale.returncode, stale.stdout) == (0, f"{FILE}:4:1: GR45 exception unused: {problem}\n")
    assert guardian("check", "--frozen", "-q", cwd=project).returncode == 1

    before = lines(project)
    updated = guardian("baseline", "update", cwd=project)
    assert (updated.returncode, updated.stdout) == (0, f"{FILE}: 1 removed; 2 findings accepted\n")
    assert lines(project) == before[:3] + before[4:]
    assert guardian("check", "--frozen", "-q", cwd=project).returncode == 0
    assert guardian("baseline", "update", cwd=project).stdout == f"{FILE}: unchanged; 2 findings accepted\n"


def test_it_grows_only_when_a_person_says_so(guardian: RunGuardian, project: Path) -> None:
    """`create` refuses where there is one, `update` never adds, `--force` keeps dates and reasons."""
    guardian("baseline", "create", "pkg/a.py", "--reason", "legacy", "--today", "2026-01-15", cwd=project)
    assert [entry["path"] for entry in entries(project)] == ["pkg/a.py"] * 2
    before = (project / FILE).read_bytes()
    refused = guardian("baseline", "create", cwd=project)
    assert refused.returncode == 2
    assert f"{FILE} is there already" in refused.stderr
    guardian("baseline", "update", cwd=project)
    assert (project / FILE).read_bytes() == before
    forced = guardian("baseline", "create", "--force", "--today", "2026-02-01", cwd=project)
    assert forced.stdout == f"{FILE}: 1 added; 3 findings accepted\n"
    assert [(entry["added"], entry.get("reason")) for entry in entries(project)] == [
        ("2026-01-15", "legacy"), ("2026-01-15", "legacy"), ("2026-02-01", None),
    ]  # fmt: skip


def test_moved_files_keep_their_entries(guardian: RunGuardian, project: Path) -> None:
    """A renamed directory and a renamed function are nothing new; `update` writes down where they are."""
    guardian("baseline", "create", "--reason", "legacy", cwd=project)
    (project / "pkg").rename(project / "core")
    checked = guardian("check", "--frozen", cwd=project)
    assert checked.returncode == 0
    assert "3 entries follow code that moved" in checked.stdout
    assert guardian("baseline", "update", cwd=project).stdout == f"{FILE}: 3 moved; 3 findings accepted\n"
    (project / "core" / "b.py").write_text("def renamed():\n    print(2)\n")
    assert guardian("baseline", "update", cwd=project).stdout == f"{FILE}: 1 moved; 3 findings accepted\n"
    assert {(entry["path"], entry["symbol"], entry["reason"]) for entry in entries(project)} == {
        ("core/a.py", "core.a.f", "legacy"), ("core/b.py", "core.b.renamed", "legacy"),
    }  # fmt: skip
    (project / "core" / "c.py").write_text(PRINTS)
    assert guardian("check", "-q", cwd=project).returncode == 1


def test_findings_about_the_whole_project_are_accepted_alike(guardian: RunGuardian, project: Path) -> None:
    """An import cycle and a breach of a contract, also when one of the files is renamed."""
    with (project / "pyproject.toml").open("a") as file:
        file.write('extend-select = ["GR06"]\n[[tool.hive-guardian.contracts]]\n')
        file.write('kind = "layers"\nlayers = ["pkg.top", "pkg.low"]\n')
    (project / "pkg" / "top.py").write_text("from pkg import low\n")
    (project / "pkg" / "low.py").write_text("from pkg import top\n")
    guardian("baseline", "create", cwd=project)
    assert {"GR06", "GR43"} <= {entry["rule"] for entry in entries(project)}
    assert guardian("check", "--frozen", cwd=project).returncode == 0
    (project / "pkg" / "low.py").write_text("\n\nfrom pkg import top\n")
    assert guardian("check", "--frozen", cwd=project).returncode == 0
    (project / "pkg" / "low.py").write_text("")
    assert guardian("baseline", "update", cwd=project).stdout.startswith(f"{FILE}: 2 removed;")


def test_some_findings_are_accepted_with_a_reason(guardian: RunGuardian, project: Path) -> None:
    """Only those of the rule, only below the paths; the entry expires."""
    done = guardian(
        "accept", "print-call", "pkg/b.py", "--reason", "until the pager is there", "--until", "2026-03-01",
        "--today", "2026-01-15", cwd=project,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, f"{FILE}: 1 added; 1 finding accepted\n")
    assert [entry["reason"] for entry in entries(project)] == ["until the pager is there"]
    report = json.loads(guardian("check", "--format", "json", "--show", "all", cwd=project).stdout)
    assert [(one["path"], one["justification"]) for one in report["findings"] if one["status"] == "baselined"] == [
        ("pkg/b.py", "until the pager is there")
    ] or report["summary"]["today"] > "2026-03-01"
    over = guardian("check", "pkg/b.py", "-q", "--today", "2026-03-02", cwd=project)
    assert over.returncode == 1
    assert "GR45 exception expired: the baseline has 1 entry for GR10 good until 2026-03-01 (pkg/b.py)" in over.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("GR10", "--reason", " "), "--reason: say why"),
        (("GR1O", "--reason", "because of it"), "accept GR1O: no such rule; did you mean"),
        (("GR45", "--reason", "because of it"), "its findings can be neither suppressed nor accepted"),
        (("GR12", "--reason", "because of it"), "accept GR12: it did not run; select it, or lower --level (now ERROR)"),
        (("GR43", "--reason", "because of it"), "accept GR43: it has no new findings here"),
        (("GR10", "--reason", "because of it", "--until", "2026-01-01"), "--until 2026-01-01: that day is over"),
        (("GR10", "--reason", "because of it", "--until", "soon"), "--until soon: expected a date"),
        (("GR10",), "Missing option '--reason'"),
    ],
)
def test_what_cannot_be_accepted(
    guardian: RunGuardian, project: Path, arguments: tuple[str, ...], message: str
) -> None:
    """Nothing is written, and the message says why."""
    done = guardian("accept", *arguments, "--today", "2026-01-15", cwd=project)
    assert done.returncode == 2
    assert message in done.stderr
    assert not (project / FILE).exists()


BROKEN = {
    "corrupt": ('[{"hive-guardian-baseline": 1}\n,{"path": 7}\n]\n', ":2: not a record"),
    "truncated": ('[{"hive-guardian-baseline": 1}\n,{"path": "a.p', ":2: the file is cut off"),
    "future": ('[{"hive-guardian-baseline": 9}\n]\n', ":1: written by a newer hive-guardian"),
    "conflict": (
        '[{"hive-guardian-baseline": 1}\n<<<<<<< HEAD\n=======\n>>>>>>> topic\n]\n',
        ":2: an unresolved merge conflict",
    ),
    "empty": ("", ":1: the file is empty"),
}
COMMANDS = (
    ("check",), ("baseline", "update"), ("baseline", "create", "--force"), ("baseline", "prune"), ("baseline", "show"),
    ("accept", "GR10", "--reason", "because of it"),
)  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_baseline_is_named_and_left_alone(guardian: RunGuardian, project: Path, kind: str) -> None:
    """Every command ends with 2, names file and line, and writes nothing."""
    text, message = BROKEN[kind]
    (project / FILE).write_text(text)
    for command in COMMANDS:
        done = guardian(*command, cwd=project)
        assert (done.returncode, done.stdout) == (2, ""), command
        assert f"error: {FILE}{message}" in done.stderr
    assert (project / FILE).read_text() == text


def test_which_file_is_compared_with(guardian: RunGuardian, project: Path) -> None:
    """The option, then the configuration, then the usual name; `--isolated` reads none that nobody named."""
    guardian("baseline", "create", cwd=project)
    assert guardian("check", "--no-baseline", "-q", cwd=project).returncode == 1
    assert guardian("check", "--isolated", "--select", "GR10", "-q", cwd=project).returncode == 1
    assert guardian("check", "--isolated", "--select", "GR10", "--baseline", FILE, "-q", cwd=project).returncode == 0
    (project / FILE).rename(project / "accepted.json")
    assert guardian("check", "--baseline", "../accepted.json", "-q", cwd=project / "pkg").returncode == 0
    missing = guardian("check", "--baseline", "x.json", cwd=project)
    assert missing.returncode == 2
    assert "--baseline: there is no file x.json; `hive-guardian baseline create` makes one" in missing.stderr
    settings = project / "pyproject.toml"
    settings.write_text(settings.read_text() + 'baseline = "gone.json"\n')
    missing = guardian("check", cwd=project)
    assert "baseline (pyproject.toml:4): there is no file gone.json" in missing.stderr
    assert guardian("baseline", "create", cwd=project).stdout.startswith("gone.json: 3 added")
    assert guardian("check", "--frozen", cwd=project).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--no-baseline", "--frozen"), "--no-baseline compares with none; leave out --frozen"),
        (("check", "--no-baseline", "--baseline", "x"), "--no-baseline compares with none; leave out --baseline"),
        (("baseline", "update"), "there is no baseline to update; `hive-guardian baseline create` makes one"),
        (("baseline", "show"), f"there is no baseline {FILE}; `hive-guardian baseline create` makes one"),
        (("baseline", "prune"), f"there is no baseline {FILE}; `hive-guardian baseline create` makes one"),
    ],
)
def test_misuse(guardian: RunGuardian, project: Path, arguments: tuple[str, ...], message: str) -> None:
    """Contradictions and a missing file are told with what to do."""
    done = guardian(*arguments, cwd=project)
    assert done.returncode == 2
    assert message in done.stderr


@pytest.mark.parametrize("value", ["/etc/b.json", "../b.json", "a\\\\b.json", "c:/b.json", ""])
def test_the_setting_is_a_file_of_the_project(guardian: RunGuardian, project: Path, value: str) -> None:
    """A place outside is refused with the line of the setting."""
    (project / "pyproject.toml").write_text(f'[tool.hive-guardian]\nbaseline = "{value}"\n')
    done = guardian("check", cwd=project)
    assert done.returncode == 2
    assert "pyproject.toml:2: baseline" in done.stderr.replace("tool.hive-guardian.", "")
    assert "expected a file of the project" in done.stderr


def test_entries_of_other_paths_are_left_alone(guardian: RunGuardian, project: Path) -> None:
    """A run of some paths or rules neither reports nor removes what it cannot judge."""
    guardian("baseline", "create", cwd=project)
    (project / "pkg" / "a.py").write_text("")
    (project / "pkg" / "b.py").write_text("")
    assert guardian("check", "--frozen", "pkg/__init__.py", cwd=project).returncode == 0
    assert guardian("check", "--frozen", "--select", "GR43", cwd=project).returncode == 0
    assert guardian("check", "--frozen", "--level", "CRITICAL", cwd=project).returncode == 0
    assert guardian("check", "--frozen", "pkg/b.py", "-q", cwd=project).returncode == 1
    assert guardian("baseline", "update", "pkg/b.py", cwd=project).stdout == f"{FILE}: 1 removed; 2 findings accepted\n"
    (project / "pkg" / "a.py").write_text("def (:\n")
    assert guardian("baseline", "update", cwd=project).stdout == f"{FILE}: unchanged; 2 findings accepted\n"


def test_nothing_is_written_after_an_incomplete_check(guardian: RunGuardian, tmp_path: Path) -> None:
    """A baseline made from nothing would accept nothing and look like one."""
    (tmp_path / "pyproject.toml").write_text("")
    done = guardian("baseline", "create", cwd=tmp_path)
    assert done.returncode == 3
    assert "nothing was written: the check is incomplete" in done.stderr
    assert not (tmp_path / FILE).exists()


def test_pruning_needs_no_run(guardian: RunGuardian, project: Path) -> None:
    """Entries of deleted files and of rules that do not exist go; the others stay, needed or not."""
    guardian("baseline", "create", cwd=project)
    with (project / FILE).open() as file:
        text = file.read()
    last = text.splitlines()[-2].replace("GR10", "OLD01").replace('"fingerprint": "', '"fingerprint": "f')
    (project / FILE).write_text(text.replace("\n]\n", f"\n{last}\n]\n"))
    unknown = guardian("check", "-q", cwd=project)
    assert "GR45 exception unknown-id: the baseline has 1 entry for OLD01, which is no rule" in unknown.stdout
    (project / "pkg" / "b.py").unlink()
    (project / "pkg" / "a.py").write_text("")
    assert guardian("baseline", "prune", cwd=project).stdout == f"{FILE}: 2 removed; 2 findings accepted\n"
    assert {entry["path"] for entry in entries(project)} == {"pkg/a.py"}


def test_what_is_accepted_is_shown(guardian: RunGuardian, project: Path) -> None:
    """By rule for people, each entry for programs."""
    guardian("baseline", "create", "--reason", "legacy", "--today", "2026-01-15", cwd=project)
    assert guardian("baseline", "show", cwd=project).stdout == (
        f"3  GR10  in 2 files, the oldest of 2026-01-15\n     legacy\n{FILE}: 3 accepted findings\n"
    )
    shown = json.loads(guardian("baseline", "show", "--format", "json", cwd=project).stdout)
    assert [(entry["rule"], entry["added"], entry["reason"]) for entry in shown["entries"]] == [
        ("GR10", "2026-01-15", "legacy")
    ] * 3


def test_reports_say_what_is_accepted(guardian: RunGuardian, project: Path) -> None:
    """JSON has the figures, SARIF the states; GitHub gets neither."""
    guardian("baseline", "create", "pkg/a.py", cwd=project)
    report = json.loads(guardian("check", "--format", "json", "--show", "all", cwd=project).stdout)
    assert report["summary"]["accepted"] == {"suppressed": 0, "baselined": 2}
    assert report["summary"]["baseline"] == {"path": FILE, "entries": 2, "matched": 2, "stale": 0, "moved": 0}
    sarif = json.loads(guardian("check", "--format", "sarif", "--show", "all", cwd=project).stdout)
    states = [result["baselineState"] for result in sarif["runs"][0]["results"]]
    assert states == ["unchanged", "unchanged", "new"]
    github = json.loads(guardian("check", "--format", "sarif", "--sarif-for", "github", cwd=project).stdout)
    assert ["baselineState" in result for result in github["runs"][0]["results"]] == [False]


def test_a_wildcard_that_accepts_more_is_reported(guardian: RunGuardian, project: Path) -> None:
    """The baseline records how much it excused; growing fails a frozen check, and falls with `update`."""
    with (project / "pyproject.toml").open("a") as file:
        file.write(
            'extend-select = ["GR06"]\n'
            '[[tool.hive-guardian.contracts]]\nkind = "layers"\nlayers = ["pkg.top", "pkg.low"]\n'
            'ignore = [{ from = "pkg.low.*", to = "pkg.top", reason = "goes with version 2" }]\n'
        )
    (project / "pkg" / "top.py").write_text("")
    low = project / "pkg" / "low"
    low.mkdir()
    (low / "__init__.py").write_text("")
    (low / "x.py").write_text("from pkg import top\n")
    guardian("baseline", "create", cwd=project)
    assert lines(project)[1] == ',{"ignore": "pkg.low.* -> pkg.top", "source": "pyproject.toml", "hits": 1}'
    assert guardian("check", "--frozen", cwd=project).returncode == 0
    (low / "y.py").write_text("from pkg import top\n")
    grown = guardian("check", "--frozen", "-q", cwd=project)
    assert grown.returncode == 1
    assert "GR45 exception growing: pkg.low.* -> pkg.top: it accepts 2, 1 were recorded" in grown.stdout
    assert guardian("check", "-q", cwd=project).returncode == 0
    guardian("baseline", "update", cwd=project)
    assert '"hits": 1' in lines(project)[1]


def test_old_entries_are_reported_when_a_limit_is_set(guardian: RunGuardian, project: Path) -> None:
    """The age of an entry is that of its date, so no version control is asked."""
    with (project / "pyproject.toml").open("a") as file:
        file.write("[tool.hive-guardian.rules.GR45]\nmax-age-days = 30\n")
    guardian("baseline", "create", "--today", "2026-01-15", cwd=project)
    assert "GR45" not in guardian("check", "-q", "--today", "2026-02-14", cwd=project).stdout
    aged = guardian("check", "-q", "--today", "2026-02-15", cwd=project).stdout
    assert "the baseline has 3 entries for GR10 accepted more than 30 days ago, the oldest on 2026-01-15" in aged


@pytest.mark.parametrize("inside", [True, False])
def test_a_changed_baseline_is_seen(
    guardian: RunGuardian, project: Path, tmp_path_factory: pytest.TempPathFactory, *, inside: bool
) -> None:
    """Neither the cache nor a recorded answer hides it, wherever the file lies."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "b.json"
    options = () if inside else ("--baseline", str(elsewhere))
    guardian("baseline", "create", *options, cwd=project)
    path = project / FILE if inside else elsewhere
    for _ in range(3):
        time.sleep(0.1)  # a younger change keeps any answer from being recorded
        assert guardian("check", "-q", *options, cwd=project).returncode == 0
    text = path.read_text()
    path.write_text("\n".join([*text.splitlines()[:-2], "]", ""]))
    assert guardian("check", "-q", *options, cwd=project).returncode == 1
    path.write_text(text)
    assert guardian("check", "-q", *options, cwd=project).returncode == 0


def test_reports_name_no_place_of_the_machine(
    guardian: RunGuardian, project: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A baseline outside of the project is called by its name alone; a message about it says where it is."""
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "b.json"
    guardian("baseline", "create", "--baseline", elsewhere, cwd=project)
    (project / "pkg" / "b.py").write_text("")
    report = guardian("check", "--format", "json", "--baseline", elsewhere, cwd=project).stdout
    assert [finding["path"] for finding in json.loads(report)["findings"]] == ["b.json"]
    assert str(elsewhere.parent) not in report
    elsewhere.write_text("x")
    assert f"error: {elsewhere}:1: " in guardian("check", "--baseline", elsewhere, cwd=project).stderr


def test_a_staged_baseline_counts_for_staged_files(guardian: RunGuardian, project: Path) -> None:
    """What is staged is compared with the baseline that is staged, not with the one on disk."""
    git(project, "init", "-q")
    git(project, "add", ".")
    guardian("baseline", "create", cwd=project)
    assert guardian("check", "-q", cwd=project).returncode == 0
    assert guardian("check", "-q", "--staged", cwd=project).returncode == 1
    git(project, "add", FILE)
    assert guardian("check", "-q", "--staged", cwd=project).returncode == 0


@pytest.mark.parametrize("accepts", [False, True])
def test_what_a_warm_run_imports(guardian: RunGuardian, project: Path, *, accepts: bool) -> None:
    """Without a baseline nothing of it, with one neither pydantic nor a rule."""
    cache = project / "cache"  # a cache of its own is never answered from a record
    if accepts:
        guardian("baseline", "create", cwd=project)
    for _ in range(2):
        warm = guardian("check", "--cache-dir", cache, cwd=project, env={"PYTHONPROFILEIMPORTTIME": "1"})
    assert warm.returncode == (0 if accepts else 1)
    loaded = {line.rpartition("|")[2].strip() for line in warm.stderr.splitlines()}
    assert "hive_guardian.engine.run" in loaded
    assert ("hive_guardian.engine.baseline" in loaded) is accepts
    assert ("hive_guardian.engine.baseline_use" in loaded) is accepts
    assert loaded.isdisjoint({"pydantic", "hive_guardian.model.rule", "hive_guardian.engine.audit"})
    assert not any(name.startswith("hive_guardian_rules") for name in loaded)
