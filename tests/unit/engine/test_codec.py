from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.engine.cache import CorruptCacheError
from hive_guardian.engine.codec import (
    dump_findings,
    has_tentative,
    load_collected,
    load_directives,
    load_facts,
    load_findings,
)
from hive_guardian.model.edit import Change, Edit, Fix, Safety, offer, suggest
from tests.fakes.reports import make_finding

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@pytest.mark.parametrize("text", ["{", "null", "[1]", "[[1]]", '{"a": 1}', '["abc"]', "[[[]]]"])
def test_text_that_nobody_wrote_is_named_corrupt(text: str) -> None:
    """Whatever lies in the cache, the run learns that it must start anew."""
    for load in (load_findings, load_directives, load_facts):
        with pytest.raises(CorruptCacheError):
            load(text)


@given(st.text() | _JSON.map(str))
def test_no_text_escapes_as_another_error(text: str) -> None:
    """Loading returns something or raises `CorruptCacheError`."""
    outcomes: list[object] = []
    for load in (load_findings, load_directives, load_facts, load_collected):
        try:
            outcomes.append(load(text))
        except CorruptCacheError as error:
            outcomes.append(error)
    assert len(outcomes) == 4


def test_findings_survive_the_cache() -> None:
    """What is loaded equals what was stored; nothing is stored for nothing."""
    finding = make_finding(message="a \udcff and \U0001f600")
    assert load_findings(dump_findings([finding])) == [finding]
    assert (dump_findings([]), load_findings("")) == ("", [])


@pytest.mark.parametrize(
    "fix",
    [
        suggest("say it"),
        suggest("add both", creates=["README.md", "tests/test_a.py"], module="a"),
        offer("write f", Safety.SAFE, changes={Change.LOCK, Change.COMMENT}, isolation="i", to="f"),
        Fix("t", Safety.UNSAFE, (Edit("a.py", 1, 2, 3, 4, "x\n"),)),
    ],
)
def test_every_kind_of_fix_survives_the_cache(fix: Fix) -> None:
    """Edits, details and files to create are as the rule gave them."""
    finding = replace(make_finding(), fix=fix)
    assert load_findings(dump_findings([finding])) == [finding]


def test_a_tentative_finding_is_seen_without_reading() -> None:
    """It comes back with its clue; a message that looks like the mark does not count."""
    certain = make_finding(message='["tentative","')
    tentative = replace(certain, tentative=True, clue='pkg.Class "x"')
    assert not has_tentative(dump_findings([certain]))
    assert has_tentative(dump_findings([certain, tentative]))
    assert load_findings(dump_findings([certain, tentative])) == [certain, tentative]
