"""The file of the baseline: what is written is read, and what is wrong is named."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.engine.baseline import Entry, Recorded, make_baseline, parse_baseline, render_baseline
from hive_guardian.model.errors import UsageError
from tests.fakes.baselines import make_entry

TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)
NAMES = st.text(st.characters(exclude_categories=()), min_size=1, max_size=8)
DATES = st.dates().map(str)
ENTRIES = st.builds(Entry, TEXTS, NAMES, TEXTS, TEXTS, TEXTS, NAMES, DATES, TEXTS, st.just("") | DATES)
RECORDED = st.builds(Recorded, TEXTS, TEXTS, st.integers(0, 10**9))
HEAD = '[{"hive-guardian-baseline": 1}\n'
RECORD = (
    ',{"path": "a.py", "rule": "GR10", "check": "print", "symbol": "a.f", "code": "c", "fingerprint": "f", '
    '"added": "2026-01-15"}\n'
)


@given(st.lists(ENTRIES, max_size=6), st.lists(RECORDED, max_size=3))
def test_what_is_written_is_read(entries: list[Entry], recorded: list[Recorded]) -> None:
    """Any text survives, lone surrogates of odd file names too; one record is one line of JSON."""
    baseline = make_baseline(entries, recorded)
    text = render_baseline(baseline)
    assert parse_baseline(text.encode(), "b.json") == baseline
    assert len(json.loads(text)) == 1 + len(baseline.entries) + len(baseline.recorded) == text.count("\n") - 1


@given(st.lists(ENTRIES, min_size=1, max_size=6))
def test_taking_a_record_away_takes_one_line_away(entries: list[Entry]) -> None:
    """No other line changes, so that branches which mend different things do not meet."""
    baseline = make_baseline(entries)
    lines = render_baseline(baseline).split("\n")
    for index in range(len(baseline.entries)):
        kept = make_baseline(baseline.entries[:index] + baseline.entries[index + 1 :])
        assert render_baseline(kept).split("\n") == lines[: index + 1] + lines[index + 2 :]


def test_a_file_reads_well() -> None:
    """No line numbers, empty parts left out, people's words as they wrote them."""
    baseline = make_baseline(
        [make_entry(mark="2"), make_entry(mark="1", reason="fällt weg", until="2026-12-31")],
        [Recorded("app.* -> lib", "pyproject.toml", 3)],
    )
    assert render_baseline(baseline) == (
        '[{"hive-guardian-baseline": 1}\n'
        ',{"ignore": "app.* -> lib", "source": "pyproject.toml", "hits": 3}\n'
        ',{"path": "pkg/a.py", "rule": "GR10", "check": "print", "symbol": "pkg.a.f", "code": "c0", '
        '"fingerprint": "1", "added": "2026-01-15", "reason": "fällt weg", "until": "2026-12-31"}\n'
        ',{"path": "pkg/a.py", "rule": "GR10", "check": "print", "symbol": "pkg.a.f", "code": "c0", '
        '"fingerprint": "2", "added": "2026-01-15"}\n'
        "]\n"
    )


def test_a_record_written_twice_is_one() -> None:
    """A merge that kept both sides does not make an entry account for two findings."""
    text = HEAD + RECORD + RECORD.replace("2026-01-15", "2026-03-01") + "]\n"
    baseline = parse_baseline(text.encode(), "b.json")
    assert [entry.added for entry in baseline.entries] == ["2026-01-15"]


@pytest.mark.parametrize("indent", [None, 2])
def test_a_file_that_a_formatter_went_over_is_read(indent: int | None) -> None:
    """The layout does not matter, and the line of each record is known all the same."""
    ours = make_baseline([make_entry(mark="1"), make_entry(mark="2")])
    text = json.dumps(json.loads(render_baseline(ours)), indent=indent)
    found = parse_baseline(text.encode(), "b.json")
    assert found == ours
    assert [found.lines[mark] for mark in ("1", "2")] == ([5, 14] if indent else [1, 1])
    assert parse_baseline(render_baseline(ours).encode(), "b.json").lines == {"1": 2, "2": 3}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "b.json:1: the file is empty; restore it"),
        (" \n", "b.json:1: the file is empty"),
        ("{}", "b.json:1: not a baseline: expected a list"),
        ("[]", "b.json:1: not a baseline: its first record must be"),
        ('["x"]', "b.json:1: not a baseline: its first record must be"),
        ('[{"hive-guardian-baseline": 0}]', "b.json:1: not a baseline: its first record must be"),
        ('[{"hive-guardian-baseline": 2}\n,"what comes', "b.json:1: written by a newer hive-guardian (format 2, this"),
        (HEAD + RECORD, "b.json:3: the file is cut off; restore it from version control"),
        (HEAD + RECORD[:60], "b.json:2: the file is cut off"),
        (HEAD + RECORD + "x\n]\n", "b.json:3: not valid JSON"),
        (HEAD + RECORD.replace(', "code": "c"', "") + "]\n", "b.json:2: not a record of a baseline: the key 'code' is"),
        (
            HEAD + RECORD + RECORD.replace('"c"', "7") + "]\n",
            "b.json:3: not a record of a baseline: [7] should be a text",
        ),
        (HEAD + RECORD.replace("01-15", "02-30") + "]\n", "b.json:2: not a record of a baseline: "),
        (
            HEAD + RECORD.replace("2026-01-15", "20260115") + "]\n",
            'b.json:2: not a record of a baseline: "20260115" is',
        ),
        (HEAD + RECORD.replace('"f"', '""') + "]\n", "b.json:2: not a record of a baseline: rule and fingerprint"),
        (
            HEAD + RECORD.replace('"path"', '"line": 3, "path"') + "]\n",
            'not a record of a baseline: unknown key "line"',
        ),
        (HEAD + ",7\n]\n", "b.json:2: not a record of a baseline"),
        (HEAD + ',{"ignore": "a", "source": "b", "hits": -1}\n]\n', "b.json:2: not a record of a baseline"),
        (
            HEAD + ',{"ignore": "a", "hits": 1}\n]\n',
            "b.json:2: not a record of a baseline: the key 'source' is missing",
        ),
        (HEAD + "<<<<<<< HEAD\n" + RECORD + "=======\n>>>>>>> topic\n]\n", "b.json:2: an unresolved merge conflict"),
        ("[" * 100_000, "b.json:1: not a baseline: nested too deeply"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(text: str, message: str) -> None:
    """File, line, and what to do."""
    with pytest.raises(UsageError) as caught:
        parse_baseline(text.encode(), "b.json")
    assert message in str(caught.value)


def test_bytes_that_are_no_text_are_named() -> None:
    """The line is that of the first byte that is wrong."""
    with pytest.raises(UsageError, match=r"^b\.json:2: not UTF-8"):
        parse_baseline(HEAD.encode() + b"\xff", "b.json")


def complaint(data: bytes) -> str:
    """Return what reading some bytes complains about, empty when they are a baseline."""
    try:
        parse_baseline(data, "b.json")
    except UsageError as error:
        return str(error)
    return ""


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: (HEAD + text).encode()))
def test_no_input_is_a_crash(data: bytes) -> None:
    """Whatever stands in the file, it is a baseline or an error of the user."""
    assert not complaint(data) or complaint(data).startswith("b.json:")
