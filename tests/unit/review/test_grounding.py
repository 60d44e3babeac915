import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hive_guardian.review.answer import Claim
from hive_guardian.review.grounding import Grounded, ground
from tests.fakes.changes import SHOP, SHOP_AFTER, changed_files, claim, shop_unit, units

BEFORE = {"shop.py": SHOP, "b.py": "y = 1\n"}
AFTER = {"shop.py": SHOP_AFTER, "b.py": "y = 2\n"}


def outcome(one: Claim) -> str:
    """Return why a claim is dropped, or where it was found."""
    files = {file.change.path: file for file in changed_files(BEFORE, AFTER)}
    found = ground(one, shop_unit(), files)
    return found if isinstance(found, str) else f"{found.path}:{found.line}-{found.end_line} {found.symbol}"


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(claim(), "shop.py:15-15 first", id="true"),
        pytest.param(claim(hint=900), "shop.py:15-15 first", id="the line hint has no authority"),
        pytest.param(claim("return   prices[1]"), "shop.py:15-15 first", id="white space does not matter"),
        pytest.param(claim("if prices:\n    return prices[1]"), "shop.py:14-15 first", id="several lines"),
        pytest.param(claim("def first(prices):"), "shop.py:13-13 first", id="enclosing definition"),
        pytest.param(claim("    return prices[2]"), "quote-absent", id="invented code"),
        pytest.param(claim("    return prices[0]"), "quote-absent", id="removed code"),
        pytest.param(claim("        result += price"), "outside-change", id="unchanged code"),
        pytest.param(claim(file="b.py"), "other-file", id="another file of the change"),
        pytest.param(claim(file="/etc/passwd"), "foreign-file", id="absolute path"),
        pytest.param(claim(file="../shop.py"), "foreign-file", id="climbing path"),
        pytest.param(claim(file="./shop.py"), "foreign-file", id="path in another spelling"),
        pytest.param(claim(SHOP_AFTER), "quote-size", id="the whole file"),
        pytest.param(claim(" \n "), "quote-size", id="blank"),
        pytest.param(claim("x"), "quote-size", id="a single letter"),
        pytest.param(claim(said="⟦SECRET:aws:1⟧ is hard-coded"), "cites-redaction", id="our placeholder"),
        pytest.param(
            claim(evidence=["… 9 lines left out here by the reviewer …"]), "cites-redaction", id="our elision"
        ),
        pytest.param(
            claim(said="SECRET:aws:1 is hard-coded"), "cites-redaction", id="our placeholder without its brackets"
        ),
        pytest.param(claim(said="it ends: ... 9 lines left out"), "cites-redaction", id="our elision in other letters"),
        pytest.param(claim(evidence=["import os"]), "shop.py:15-15 first", id="true evidence"),
        pytest.param(claim(evidence=["    return prices[0]"]), "shop.py:15-15 first", id="evidence before the change"),
        pytest.param(claim(evidence=["You review one part"]), "evidence-absent", id="the prompt is no evidence"),
    ],
)
def test_only_what_stands_there_counts(one: Claim, expected: str) -> None:
    """A claim is found where its quote stands in the changed part of its file, and dropped with a reason otherwise."""
    assert outcome(one) == expected


def test_of_equal_lines_the_nearest_changed_one_counts() -> None:
    """The hint chooses among equal lines, but only among those the change touches."""
    before = "a()\nb()\n\n\n\n\n\n\n\na()\nc()\n"
    after = before.replace("c()", "a()\nd()")
    (unit,) = units({"m.py": before}, {"m.py": after})
    found = ground(claim("a()\nd()", file="m.py", hint=1), unit, {"m.py": unit.file})
    assert isinstance(found, Grounded)
    assert (found.line, found.end_line, found.lines) == (11, 12, ("a()", "d()"))


def test_a_deleted_file_has_no_new_lines() -> None:
    """Nothing can be quoted from a file that is gone."""
    (unit,) = units({"shop.py": SHOP}, {})
    assert ground(claim("import os"), unit, {"shop.py": unit.file}) == "deleted-file"


def test_lines_next_to_a_removal_count() -> None:
    """A defect may consist of what is missing now: the lines around a removal are part of the change."""
    (unit,) = units({"m.py": "a()\nlock()\nb()\n"}, {"m.py": "a()\nb()\n"})
    found = ground(claim("b()\n", file="m.py"), unit, {"m.py": unit.file})
    assert found == "quote-size"  # three characters identify nothing
    found = ground(claim("a()\nb()", file="m.py"), unit, {"m.py": unit.file})
    assert isinstance(found, Grounded)


TEXTS = st.lists(st.sampled_from(["alpha()", "beta(1)", "    gamma = 2", "", "if x:", "return delta"]), max_size=14)


@given(TEXTS, TEXTS, st.data())
def test_a_true_quote_is_never_misplaced(old: list[str], new: list[str], data: st.DataObject) -> None:
    """For any two states, any changed line that is quoted is found, and the lines found are those quoted."""
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    parts = units({"m.txt": f"{before}end_of_file()\n"}, {"m.txt": f"{after}end_of_file()\n"})
    assume(parts)
    for unit in parts:
        lines = [line for portion in unit.portions for line in portion.lines if line.new and not line.old]
        quotable = [line for line in lines if len("".join(line.text.split())) >= 5]
        assume(quotable)
        line = data.draw(st.sampled_from(quotable))
        found = ground(claim(line.text, file="m.txt", hint=line.new), unit, {"m.txt": unit.file})
        assert isinstance(found, Grounded)
        assert (found.line, found.lines) == (line.new, (line.text,))


@given(st.text(max_size=80), st.integers())
def test_invented_quotes_are_never_found(quote: str, hint: int) -> None:
    """Whatever a model makes up, a finding always shows lines that stand in the file."""
    unit = shop_unit()
    found = ground(claim(quote, hint=hint), unit, {"shop.py": unit.file})
    assert isinstance(found, str) or found.anchor in SHOP_AFTER
