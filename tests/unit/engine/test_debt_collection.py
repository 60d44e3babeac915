from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from hive_guardian.engine.baseline import Baseline, Entry
from hive_guardian.engine.baseline_use import GivenBaseline
from hive_guardian.engine.debt import Debt, DebtKind
from hive_guardian.engine.debt_collection import _COMMENT, DebtSources, collect_debts
from hive_guardian.engine.ledger import Books, Excuse
from hive_guardian.engine.run import run
from hive_guardian.model.config import ContractSetting, Origin
from tests.fakes.runs import Run

CODE = (
    "f = lambda: 0  # guardian: allow[T1, pass-statement] short\n"
    "g = lambda: 0  # guardian: allow[T1] until=2020-01-01 over\n"
    "h = 1  # guardian: allow[NOPE]\n"
    "i = 1  # guardian: allow\n"
)


def collect(files: Mapping[str, str], baseline: GivenBaseline | None = None) -> list[Debt]:
    """Run the small rules over a tree and collect its debt."""
    request = replace(Run(files).request, baseline=baseline)
    outcome = run(request)
    assert outcome.accounts is not None
    ran = frozenset(info.code for info in outcome.report.rules)
    tree, ids = request.tree, request.catalogue.aliases
    groups = {"testing": frozenset({"T1", "T2", "T3"}), "ALL": frozenset({"T1", "T2", "T3"})}
    return collect_debts(DebtSources(outcome.accounts, outcome.use, ids, groups, ran, tree.paths(), tree.read))


def test_each_id_of_a_directive_is_one_debt() -> None:
    """With the findings it suppresses; an expired or malformed one does nothing, an unknown one cannot be counted."""
    found = collect({"a.py": CODE})
    assert [(one.rules, one.origin.line, one.reason, one.until, one.hits) for one in found] == [
        (("T1",), 1, "short", None, 1),
        (("T2",), 1, "short", None, 0),
        (("T1",), 2, "over", date(2020, 1, 1), 0),
        (("NOPE",), 3, "", None, None),
        ((), 4, "", None, 0),
    ]
    assert {one.kind for one in found} == {DebtKind.SUPPRESSION}
    assert found[-1].what.startswith("blanket: ")


def test_counts_every_finding_of_a_directive() -> None:
    """One directive for a file may except much."""
    (found,) = collect({"a.py": "# guardian: allow-file[T1] generated tables\n" + "f = lambda: 0\n" * 7})
    assert (found.hits, found.what) == (7, "whole file")


def test_configuration_counts_with_the_comment_on_its_line() -> None:
    """Ignored rules, excluded and exempted paths, and overrides; globs count the files they match."""
    text = (
        'ignore = [\n  "T3",  # counts \'too\' much\n]\nexclude = ["old/**"] # goes in May\n'
        '[rules.T1]\nexclude = [\n  "a.py",\n]\n'
        '[[overrides]]\npaths = ["b*.py"]\nignore = ["T2"]\nrules.T1 = { severity = "info" }\n'
        'reason = "ADR 1"\nuntil = 2027-01-01\n'
    )
    found = collect({"hive-guardian.toml": text, "a.py": "", "b.py": "", "bb.py": "", "old/c.py": "", "old/d.py": ""})
    rows = [(one.kind, one.rules, one.origin.line, one.what, one.reason, one.hits) for one in found]
    assert rows == [
        (DebtKind.IGNORE, ("T3",), 2, "everywhere", "counts 'too' much", None),
        (DebtKind.IGNORE, (), 4, "exclude: old/**", "goes in May", 2),
        (DebtKind.IGNORE, ("T1",), 7, "rules.T1.exclude: a.py", "", 1),
        (DebtKind.OVERRIDE, ("T1", "T2"), 9, "b*.py", "ADR 1", 2),
    ]
    assert found[-1].until == date(2027, 1, 1)
    assert {one.path for one in found} == {"hive-guardian.toml"}


def test_an_ignored_tag_is_about_each_of_its_rules() -> None:
    """`ALL` is about every rule, whatever their names."""
    found = collect({"hive-guardian.toml": 'ignore = ["testing", "ALL"]\n', "a.py": ""})
    assert [(one.rules, one.what) for one in found] == [
        ((), "everywhere (ALL)"),
        (("T1", "T2", "T3"), "everywhere (testing)"),
    ]


def test_nested_configuration_counts_once_and_where_it_stands() -> None:
    """What a nested file inherits is the debt of the file that says it."""
    found = collect(
        {
            "hive-guardian.toml": 'ignore = ["T3"]\n',
            "sub/hive-guardian.toml": 'exclude = ["x/**"]\n[[overrides]]\npaths = ["y.py"]\nignore = ["T1"]\n',
            "sub/x/a.py": "",
            "sub/y.py": "",
            "y.py": "",
        }
    )
    assert [(str(one.origin), one.rules, one.hits) for one in found] == [
        ("hive-guardian.toml:1", ("T3",), None),
        ("sub/hive-guardian.toml:1", (), 1),
        ("sub/hive-guardian.toml:2", ("T1",), 1),
    ]


def test_accepted_imports_know_their_rule() -> None:
    """An import that a contract accepts is an exception from the rule of that contract."""
    contract = (
        '[[contracts]]\nkind = "{kind}"\nmodules = ["p", "q"]\n'
        'ignore = [{{ from = "p.a", to = "p.b", reason = "for now", until = 2027-01-01 }}]\n'
    )
    for kind, rule in (("acyclic", "GR43"), ("independent", "GR06"), ("interface", "GR47")):
        setting = ContractSetting(kind, kind, {}, Origin("hive-guardian.toml", 1))
        outcome = run(
            Run({"hive-guardian.toml": contract.format(kind=kind), "p/__init__.py": "", "q/__init__.py": ""}).request
        )
        assert outcome.accounts is not None
        books = Books()
        books.count(Excuse("p.a -> p.b", setting.origin, "for now", date(2027, 1, 1), 2, needs_reason=True))
        accounts = replace(outcome.accounts, books=books)
        (found,) = collect_debts(DebtSources(accounts, None, {}, {}, frozenset(), (), lambda _path: b""))
        assert (found.rules, found.what, found.reason, found.hits) == ((rule,), "p.a -> p.b", "for now", 2)


def test_entries_of_the_baseline_keep_their_day() -> None:
    """An entry lies where its finding lies, and was granted when it was accepted."""
    entry = Entry("a.py", "T1", "T1", "a", "c", "f", "2025-05-05", "old", "2027-01-01")
    given = GivenBaseline("base.json", Baseline((entry,), lines={"f": 4}))
    (found,) = collect({"a.py": "x = 1\n"}, given)
    assert found == Debt(
        DebtKind.BASELINE, ("T1",), "a.py", Origin("base.json", 4), "", "old", date(2025, 5, 5), date(2027, 1, 1),
        found.hits,
    )  # fmt: skip


@pytest.mark.parametrize("text", ["x = 1", "x = 'a # b'", 'x = "# no"', ""])
def test_a_line_without_comment_gives_no_reason(text: str) -> None:
    """A hash inside a string is no comment."""
    assert not _COMMENT.match(text)
