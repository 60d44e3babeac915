import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.autofix.diff import created_diff, file_diff, hunks
from hive_guardian.autofix.source_text import Span, apply_spans, read_source

_HEADER = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")


def patched(text: str, diff: str) -> str:
    """Apply hunks as `patch` does, checking every line they expect and every number they state."""
    old = re.findall(r"[^\n]*\n|[^\n]+\Z", text)
    new: list[str] = []
    at = 0
    lines = re.findall(r"[^\n]*\n", diff)
    number = 0
    while number < len(lines):
        header = _HEADER.match(lines[number])
        assert header, lines[number]
        start, count = int(header[1]), int(header[2] or 1)
        added = int(header[4] or 1)
        first = start - 1 if count else start
        new += old[at:first]
        assert int(header[3]) == len(new) + (1 if added else 0)
        at = first
        number += 1
        seen = [0, 0]
        while number < len(lines) and not lines[number].startswith("@@"):
            mark, line = lines[number][0], lines[number][1:]
            number += 1
            if number < len(lines) and lines[number].startswith("\\"):
                line = line.removesuffix("\n")
                number += 1
            if mark in " -":
                assert old[at] == line
                at += 1
                seen[0] += 1
            if mark in " +":
                new.append(line)
                seen[1] += 1
        assert seen == [count, added]
    return "".join([*new, *old[at:]])


@pytest.mark.parametrize(
    ("text", "spans", "diff"),
    [
        ("a\nb\nc\n", [(2, 3, "x")], "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n"),
        ("a\n", [(0, 0, "x\n")], "@@ -1 +1,2 @@\n+x\n a\n"),
        (
            "a",
            [(1, 1, "\nb")],
            "@@ -1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n",
        ),
        ("a\nb\n", [(0, 4, "")], "@@ -1,2 +0,0 @@\n-a\n-b\n"),
        ("", [(0, 0, "a\n")], "@@ -0,0 +1 @@\n+a\n"),
        ("a\r\nb\r\n", [(0, 1, "x")], "@@ -1,2 +1,2 @@\n-a\r\n+x\r\n b\r\n"),
    ],
)
def test_a_hunk_shows_three_lines_around_the_edit(text: str, spans: list[Span], diff: str) -> None:
    """Removed and added lines, their surroundings, and a missing final newline."""
    assert hunks(read_source(text.encode(), is_python=False), spans) == diff


@given(st.text(alphabet="ab\n", max_size=60), st.data())
def test_hunks_say_exactly_what_the_edits_do(text: str, data: st.DataObject) -> None:
    """For any text and edits, applying the hunks gives what applying the edits gives."""
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=6)))
    spans = [
        (start, end, data.draw(st.text(alphabet="xy\n", max_size=4)))
        for start, end in zip(cuts[::2], cuts[1::2], strict=False)
    ]
    spans = [span for number, span in enumerate(spans) if not number or span[0] > spans[number - 1][1]]
    after = apply_spans(text, spans)
    assert patched(text, hunks(read_source(text.encode(), is_python=False), spans)) == after


def test_the_diff_of_a_file_has_the_header_that_git_applies() -> None:
    """Paths stand below `a/` and `b/`."""
    assert file_diff("pkg/a.py", "x\n", "y\n") == "--- a/pkg/a.py\n+++ b/pkg/a.py\n@@ -1 +1 @@\n-x\n+y\n"
    assert file_diff("a.py", "x\n", "x") == (
        "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+x\n\\ No newline at end of file\n"
    )


@given(st.lists(st.sampled_from(["a", "b", "", "  c"]), min_size=24, max_size=60), st.data())
def test_the_diff_of_a_file_turns_one_text_into_the_other(lines: list[str], data: st.DataObject) -> None:
    """Whether a few lines changed in place or the file grew: applying the diff gives the new text."""
    other = list(lines)
    for at in data.draw(st.lists(st.integers(0, len(lines) - 1), max_size=3)):
        other[at] = data.draw(st.sampled_from(["a", "changed", ""]))
    if data.draw(st.booleans()):
        other.insert(data.draw(st.integers(0, len(lines))), "more")
    end = data.draw(st.sampled_from(["\n", ""]))
    before, after = "\n".join(lines) + "\n", "\n".join(other) + end
    diff = file_diff("a.py", before, after)
    assert patched(before, diff.partition("+++ b/a.py\n")[2]) == after
    assert diff.count("\n-") <= len(lines)


def test_a_new_file_has_the_header_that_git_applies() -> None:
    """It comes from nowhere; an empty file has a header only."""
    head = "diff --git a/b.md b/b.md\nnew file mode 100644\n"
    assert created_diff("b.md", "x\n") == f"{head}--- /dev/null\n+++ b/b.md\n@@ -0,0 +1 @@\n+x\n"
    assert created_diff("b.md", "") == head
