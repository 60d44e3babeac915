"""What the caller got wrong: exit code 2, where it stands, and the nearest valid name."""

from pathlib import Path

import pytest

from tests.cli.conftest import RunGuardian


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one clean file."""
    (tmp_path / "app.py").write_text("x = 1\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check", "missing"], "missing: no such file or directory"),
        (["check", "app.py", "missing.py"], "missing.py: no such file or directory"),
        (["check", "--levle", "INFO"], "--levle"),
        (["check", "--level", "HIGH"], "'HIGH' is not one of"),
        (["check", "--format", "xml"], "'xml' is not one of"),
        (["check", "--jobs", "0"], "--jobs"),
        (["check", "--today", "tomorrow"], "--today tomorrow: expected a date such as 2026-01-31"),
        (["check", "--select", "GR100"], "there is no rule, name or tag 'GR100'; did you mean 'GR10'?"),
        (["check", "--ignore", "print-cal"], "there is no rule, name or tag 'print-cal'; did you mean 'print-call'?"),
        (["check", "--ignore", "GR00"], "GR00 always runs and cannot be switched off"),
        (["check", "--select", "GR06"], "GR06 is selected by GR06 (command line), but it is not configured"),
        (["check", "--preset", "strickt"], "strict"),
        (["check", "--config", "none.toml"], "--config none.toml: No such file or directory"),
        (["check", "--stdin-filename", "a.py", "app.py"], "give no PATHS with it"),
        (["check", "--stdin-filename", "/nowhere/a.py"], "lies outside the project"),
        (["check", "-"], "--stdin-filename NAME"),
        (["check", "--output", "none/report.txt"], "--output none/report.txt: No such file or directory"),
        (["check", "--output", "."], "is a directory"),
        (["chek"], "no such command 'chek'; did you mean 'check'?"),
        (["rules", "missing"], "missing: no such file or directory"),
    ],
)
def test_a_wrong_argument_is_named(guardian: RunGuardian, project: Path, arguments: list[str], message: str) -> None:
    """Nothing is checked, nothing goes to standard output, and the message says what to write instead."""
    done = guardian(*arguments, cwd=project)
    assert (done.returncode, done.stdout) == (2, ""), done.stdout
    assert message in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ('level = "ERROR"\n[rules\n', ["hive-guardian.toml:2"]),
        ('level = "LOUD"\n', ["hive-guardian.toml:1: level: ", "'LOUD'"]),
        ('\nlevle = "INFO"\n', ["hive-guardian.toml:2: levle: ", "did you mean 'level'?"]),
        (
            '[rules.GR10]\nallow-stder = true\n[rules.GR09O]\nseverity = "info"\n',
            ["hive-guardian.toml:3: rules.GR09O: there is no rule 'GR09O'; did you mean 'GR09'?"],
        ),
        (
            "[rules.GR10]\nallow-stder = true\n",
            ["hive-guardian.toml:2: rules.GR10.allow-stder: unknown option; did you mean 'allow-stderr'?"],
        ),
        ('[[contracts]]\nkind = "layer"\n', ["hive-guardian.toml:", "did you mean 'layers'?"]),
        ('ignore = ["GR10", "GR999"]\n', ["hive-guardian.toml:1: ignore[1]: there is no rule, name or tag 'GR999'"]),
    ],
)
def test_a_wrong_configuration_is_named(guardian: RunGuardian, project: Path, text: str, messages: list[str]) -> None:
    """File, line, key and the nearest valid name, for syntax, values, keys, rules and options."""
    (project / "hive-guardian.toml").write_text(text)
    done = guardian("check", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    for message in messages:
        assert message in done.stderr
    isolated = guardian("check", "--isolated", cwd=project)
    assert isolated.returncode == 0, isolated.stderr


def test_names_of_files_in_messages_cannot_act_on_the_terminal(guardian: RunGuardian, project: Path) -> None:
    """An escape sequence in an argument is shown, not sent."""
    done = guardian("check", "a\x1b[2Jb", cwd=project)
    assert done.returncode == 2
    assert r"a\x1b[2Jb" in done.stderr


@pytest.mark.parametrize("options", [[], ["--level", "INFO"], ["--fail-on", "never"], ["--quiet"]])
def test_no_files_is_no_success(guardian: RunGuardian, tmp_path: Path, options: list[str]) -> None:
    """The predecessor was green for days while it checked nothing."""
    (tmp_path / "notes.txt").write_text("print(1)\n")
    done = guardian("check", *options, cwd=tmp_path)
    assert done.returncode == 3
    assert "nothing was checked in .: there are no Python files" in done.stdout


def test_files_that_are_all_excluded_are_no_success(guardian: RunGuardian, project: Path) -> None:
    """A glob too many must not turn the check green."""
    (project / "hive-guardian.toml").write_text('exclude = ["**/*.py"]\n')
    done = guardian("check", "--verbose", cwd=project)
    assert done.returncode == 3
    assert "app.py: excluded by **/*.py" in done.stdout
    assert "nothing was checked in .: its only file was skipped: excluded by **/*.py" in done.stdout
    (project / "again.py").write_text("x = 1\n")
    assert "nothing was checked in .: all 2 files were skipped" in guardian("check", cwd=project).stdout


def test_a_file_that_cannot_be_checked_is_not_called_no_file(guardian: RunGuardian, tmp_path: Path) -> None:
    """Where nothing was checked because the parser gave up, the report does not say that there was nothing."""
    for name in ("one.py", "two.py"):
        (tmp_path / name).write_text("x = " + "(" * 3000 + ")" * 3000 + "\n")
    assert "in one.py: its only file could not be" in guardian("check", "one.py", cwd=tmp_path).stdout
    assert "in .: none of 2 files could be" in guardian("check", cwd=tmp_path).stdout


def test_values_are_described_in_words_of_toml(guardian: RunGuardian, project: Path) -> None:
    """The file is TOML, whatever the options are made of."""
    (project / "hive-guardian.toml").write_text(
        '[rules.GR12]\ncalls = 3\n[rules.GR10]\nbanned = "print"\nallow-stderr = "maybe"\nroles = "prod"\n'
        '[rules.GR29]\nmin = { nodejs = "20" }\n'
    )
    done = guardian("check", cwd=project)
    assert done.returncode == 2
    for said in (
        ":2: rules.GR12.calls: expected a table, not 3",
        ":4: rules.GR10.banned: expected a list, not 'print'",
        ":5: rules.GR10.allow-stderr: expected true or false, not 'maybe'",
        ":6: rules.GR10.roles: expected a list, not 'prod'",
        ":8: rules.GR29.min: there is no language 'nodejs'; languages are bun, deno, ",
    ):
        assert said in done.stderr


def test_contracts_that_contradict_each_other_are_refused(guardian: RunGuardian, tmp_path: Path) -> None:
    """Two orders of the same parts cannot both be meant; the run ends before anything is judged by either."""
    (tmp_path / "app").mkdir()
    for name in ("__init__", "ui", "db"):
        (tmp_path / "app" / f"{name}.py").write_text("")
    (tmp_path / "hive-guardian.toml").write_text(
        '[[contracts]]\nname = "down"\nkind = "layers"\nlayers = ["app.ui", "app.db"]\n'
        '[[contracts]]\nname = "up"\nkind = "layers"\nlayers = ["app.db", "app.ui"]\n'
    )
    done = guardian("check", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "hive-guardian.toml:5: contract \"up\": 'app.db' stands above 'app.ui', in contract \"down\"" in done.stderr
