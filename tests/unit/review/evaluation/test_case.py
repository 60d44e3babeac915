import pytest

from hive_guardian.review.evaluation.case import read_cases
from hive_guardian.review.evaluation.planted import plant, telling_parts

BASE = {"files": {"a.py": "x = 1\ny = 2\n"}}


def test_pushes_build_on_each_other_unless_forced() -> None:
    """An edit applies to the state before it; a forced push begins at the base again."""
    pushes = [
        {"edits": [["a.py", "x = 1", "x = 3"]]},
        {"rename": [["a.py", "b.py"]], "files": {"c.md": "hi"}},
        {"forced": True, "delete": ["a.py"], "binary": ["d.png"]},
    ]
    (case,) = read_cases("defects", {"case": [{"name": "n", "pushes": pushes}]}, BASE)
    assert case.pushes[0] == {"a.py": b"x = 3\ny = 2\n"}
    assert case.pushes[1] == {"b.py": b"x = 3\ny = 2\n", "c.md": b"hi"}
    assert list(case.pushes[2]) == ["d.png"]
    assert b"\0" in case.pushes[2]["d.png"]
    assert case.parents == (0, 1, 0)


def test_line_ends_tabs_and_length_are_made() -> None:
    """Windows line ends, tabs and long files need not be written down."""
    table = {
        "name": "n", "crlf": ["a.py"], "tabs": ["b.py"], "files": {"b.py": "if x:\n    y = 1\n"},
        "generated": {"c.py": 2000}, "pushes": [],
    }  # fmt: skip
    (case,) = read_cases("clean", {"case": [table]}, BASE)
    assert case.base["a.py"] == b"x = 1\r\ny = 2\r\n"
    assert case.base["b.py"] == b"if x:\n\ty = 1\n"
    assert 1990 <= case.base["c.py"].count(b"\n") <= 2010


@pytest.mark.parametrize("old", ["z = 1", " = "])
def test_an_edit_that_does_not_fit_is_refused(old: str) -> None:
    """The text to edit stands exactly once in its file."""
    with pytest.raises(ValueError, match="stands"):
        read_cases("defects", {"case": [{"name": "n", "pushes": [{"edits": [["a.py", old, "x"]]}]}]}, BASE)


def test_findings_know_where_they_are_after_each_push() -> None:
    """A finding has a life, and lines and a file that may change with a push."""
    finding = {
        "file": "a.py", "quote": "x = 1", "category": "correctness", "severity": "error", "title": "t", "claim": "c",
        "since": 2, "until": 3, "files": {"3": "b.py"}, "quotes": {"3": "x = 2"}, "again": [["u", "security"]],
    }  # fmt: skip
    (case,) = read_cases("chains", {"case": [{"name": "n", "pushes": [], "finding": [finding]}]}, BASE)
    assert [len(case.findings_at(push)) for push in (1, 2, 3, 4)] == [0, 1, 1, 0]
    (one,) = case.findings
    assert [(one.file_at(push), one.quote_at(push)) for push in (2, 3)] == [("a.py", "x = 1"), ("b.py", "x = 2")]
    assert one.again == (("u", "security"),)


def test_planted_values_are_the_same_each_time_and_never_written_down() -> None:
    """Names in guillemets become values that differ by case and name only."""
    text, found = plant("a «github» b «github-2» c «6»", "case")
    assert text == f"a {found['github']} b {found['github-2']} c ababab"
    assert plant("«github»", "case")[0] == found["github"] != plant("«github»", "other")[0]
    assert found["github"] != found["github-2"]
    with pytest.raises(ValueError, match="«nothing»"):
        plant("«nothing»", "case")


def test_every_line_of_a_key_tells() -> None:
    """The frame of a key may be shown, its lines may not."""
    parts = telling_parts(plant("«private-key»", "case")[0])
    assert len(parts) == 4
    assert all(len(part) == 64 for part in parts)
