import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.model.errors import UsageError
from hive_guardian.review.change import ChangeKind, Mark
from hive_guardian.review.patch import parse_patch
from tests.fakes.changes import SHOP, SHOP_AFTER, diff


def test_lines_are_numbered_on_both_sides() -> None:
    """Every line of a hunk knows its number before and after the change."""
    (file,) = parse_patch(diff({"shop.py": SHOP}, {"shop.py": SHOP_AFTER}))
    assert (file.path, file.old_path, file.kind) == ("shop.py", "shop.py", ChangeKind.MODIFIED)
    (hunk,) = file.hunks
    after = SHOP_AFTER.split("\n")
    assert all(after[line.new - 1] == line.text for line in hunk.lines if line.mark is not Mark.OLD)
    assert [line.text for line in hunk.removed] == ["    return prices[0]"]
    assert file.added_lines == {14, 15, 16}


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ({}, {"a.py": "x = 1\n"}, ChangeKind.ADDED),
        ({"a.py": "x = 1\n"}, {}, ChangeKind.DELETED),
        ({"a.py": "x = 1"}, {"a.py": "x = 2"}, ChangeKind.MODIFIED),
    ],
)
def test_kinds(before: dict[str, str], after: dict[str, str], kind: ChangeKind) -> None:
    """Added, deleted and modified files are told apart, with and without a final line end."""
    (file,) = parse_patch(diff(before, after))
    assert (file.path, file.kind) == ("a.py", kind)


RENAME = b"diff --git a/old.py b/new name.py\nsimilarity index 90%\nrename from old.py\nrename to new name.py\n"
BINARY = b"diff --git a/p.png b/p.png\nindex 1..2 100644\nBinary files a/p.png and b/p.png differ\n"
QUOTED = b'diff --git "a/\\303\\244\\t.py" "b/\\303\\244\\t.py"\nold mode 100644\nnew mode 100755\n'
MODULE = b"diff --git a/lib b/lib\nindex 1..2 160000\n--- a/lib\n+++ b/lib\n@@ -1 +1 @@\n-Subproject 1\n+Subproject 2\n"
CRLF = b"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x = 1\r\n+x = 2\r\n"
STAMPED = b"--- a.py\t2026-01-01\n+++ a.py\t2026-01-02\n@@ -1 +1 @@\n-- x\n+-- y\n"


def test_odd_entries() -> None:
    """Renames, binary files, quoted names, submodules, CRLF and plain `diff -u` are understood."""
    (rename,) = parse_patch(RENAME)
    assert (rename.old_path, rename.path, rename.kind) == ("old.py", "new name.py", ChangeKind.RENAMED)
    (binary,) = parse_patch(BINARY)
    assert binary.is_binary
    (quoted,) = parse_patch(QUOTED)
    assert (quoted.path, quoted.new_mode) == ("ä\t.py", "100755")
    (module,) = parse_patch(MODULE)
    assert module.is_submodule
    (crlf,) = parse_patch(CRLF)
    assert [line.text for line in crlf.hunks[0].lines] == ["x = 1", "x = 2"]
    (stamped,) = parse_patch(STAMPED)
    assert [line.text for line in stamped.hunks[0].lines] == ["- x", "-- y"]


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        (b"--- a/../../etc/passwd\n+++ b/../../etc/passwd\n@@ -1 +1 @@\n-a\n+b\n", "no file of the project"),
        (b"--- a/x\n+++ /outside/x\n@@ -1 +1 @@\n-a\n+b\n", "no file of the project"),
        (b"--- a/.git/config\n+++ b/.git/config\n@@ -1 +1 @@\n-a\n+b\n", "no file of the project"),
        (b"--- a/a.py\n+++ b/a.py\n@@ -1,9 +1,9 @@\n a\n", "cut off"),
        (b"--- a/a.py\n+++ b/a.py\n@@ -1,x +1 @@\n a\n", "no hunk header"),
        (b"diff --cc a.py\n", "several parents"),
        (b"hello\n", "no unified diff"),
        (CRLF + CRLF, "twice"),
    ],
)
def test_what_does_not_add_up_is_refused(patch: bytes, words: str) -> None:
    """A diff that is damaged, climbs out of the project or is none at all is the caller's fault."""
    with pytest.raises(UsageError, match=words):
        parse_patch(patch)


def test_nothing_is_an_empty_change() -> None:
    """An empty diff has no files."""
    assert parse_patch(b"") == ()


TEXTS = st.text(st.sampled_from("ab \t+-@\\#\n"), max_size=60)


@given(TEXTS, TEXTS)
def test_any_two_texts(old: str, new: str) -> None:
    """Whatever the content looks like, the lines of the diff are those of the files."""
    for file in parse_patch(diff({"f.txt": old}, {"f.txt": new})):
        for hunk in file.hunks:
            for line in hunk.lines:
                assert not line.old or old.split("\n")[line.old - 1] == line.text
                assert not line.new or new.split("\n")[line.new - 1] == line.text


@given(st.binary(max_size=200))
def test_garbage_never_crashes(data: bytes) -> None:
    """Arbitrary bytes are parsed or refused."""
    with contextlib.suppress(UsageError):
        (file,) = parse_patch(b"diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n" + data)
        assert file.path == "a"
