from hive_guardian.engine.discovery import discover
from hive_guardian.engine.work import Work
from hive_guardian.model.report import ErrorKind
from tests.fakes.runs import Run


def work_on(files: dict[str, str]) -> Work:
    """Return the work of a run in which every file is new, each of them analysed."""
    request = Run(files).request
    found = discover(request.tree, request.config_set, request.targets)
    work = Work(request, found, "key", {}, found.analysed)
    work.refresh()
    return work


def test_every_file_is_analysed_and_project_rules_run_over_all() -> None:
    """Findings of files are kept as rows, those of the project are returned."""
    work = work_on({"a.py": "class A: ...\nf = lambda: 0\n", "b.py": "class B:\n    pass\n"})
    findings, errors = work.run()
    assert [(item.location.path, item.message) for item in findings] == [
        ("a.py", "one of 2 classes"),
        ("b.py", "one of 2 classes"),
    ]
    assert errors == work.errors == []
    assert {path: "a lambda" in row.findings for path, row in work.rows.items()} == {"a.py": True, "b.py": False}
    assert work.fresh.keys() == {"a.py", "b.py"}


def test_a_failure_costs_its_rule_on_that_file_and_is_never_stored() -> None:
    """The other rule still reports; the row is not fresh, so the next run tries again."""
    work = work_on({"crash.py": "f = lambda: 0\npass\n", "b.py": "pass\n"})
    work.run()
    ((kind, rule, path),) = [(error.kind, error.rule, error.path) for error in work.errors]
    assert (kind, rule, path) == (ErrorKind.RULE_FAILED, "T2", "crash.py")
    assert "a lambda" in work.rows["crash.py"].findings
    assert work.fresh.keys() == {"b.py"}


def test_every_finding_has_an_identity() -> None:
    """Equal findings of a project rule stay two."""
    findings, _ = work_on({"a.py": "class A: ...\n", "b.py": "class A: ...\n"}).run()
    assert len({item.fingerprint for item in findings}) == 2
