import pytest

from hive_guardian.review.identity import fingerprint, is_same_title, normalise_anchor


def test_layout_comments_and_strings_do_not_matter() -> None:
    """The identity survives re-indenting, comments and other texts in strings, and nothing else."""
    one = fingerprint("security", "a.py", "f", "    run(x,  'ls')  # now")
    assert one == fingerprint("security", "a.py", "f", "run(x, 'rm')")
    assert one != fingerprint("security", "a.py", "f", "run(y, 'ls')")
    assert one != fingerprint("security", "a.py", "g", "run(x, 'ls')")
    assert one != fingerprint("security", "b.py", "f", "run(x, 'ls')")
    assert one != fingerprint("security", "a.py", "f", "run(x, 'ls')", 1)


def test_what_is_no_python_has_words() -> None:
    """Lines that cannot be tokenised are compared word by word."""
    assert normalise_anchor('x = """open') == 'x = " " " open'


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("the lock is never released", "lock is never released here", True),
        ("the lock is never released", "the file is never closed", False),
        ("x", "X ", True),
        ("", "", True),
    ],
)
def test_titles_say_the_same(one: str, other: str, *, same: bool) -> None:
    """Titles are the same when most of their longer words are shared."""
    assert is_same_title(one, other) is same
