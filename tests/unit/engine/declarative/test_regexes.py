import re

import pytest

from hive_guardian.engine.declarative.regexes import LONGEST_TEXT, RegexError, compile_regex, matches_fully


@pytest.mark.parametrize(
    "text",
    [
        r"get|post|put", r"(?!None).+", r"[\w.]+", r"\d{4}-\d{2}-\d{2}", r".*\.(json|toml)", r"^x?[^]a]*$",
        r"(?i:ab)+c", r"(?P<name>a)(?<=a)b", r"a++(?>b*)", r"\(\[\{x{y}", "", r"a{,3}",
    ],
)  # fmt: skip
def test_ordinary_expressions_are_accepted(text: str) -> None:
    """Whatever is accepted means what it means to Python."""
    assert compile_regex(text).pattern == text


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (r"(a+)+", "repeated group"),
        (r"(a|aa)*", "repeated group"),
        (r"(\w+\.)*x", "repeated group"),
        (r"(a?){30}a{30}", "repeated group"),
        (r"((?:){9999}){9999}", "repeated group"),
        (r"(?:){999999999,}", "side by side"),
        (r".*.*.*.*x", "side by side"),
        ("a?" * 30, "side by side"),
        (r"(x)\1", "not allowed"),
        (r"(?P<n>x)(?P=n)", "not allowed"),
        (r"(x)?(?(1)a|b)", "not allowed"),
        (r"(?#note)a", "not allowed"),
        (r"(?i)a", "not allowed"),
        ("(", "not a regular expression"),
        ("a**", "not a regular expression"),
        ("[[a]", "not a regular expression"),
        ("a" * 201, "longer than"),
    ],
)
def test_expressions_that_could_hang_are_refused(text: str, reason: str) -> None:
    """Nested repetition, too much choice, and what the estimate does not understand."""
    with pytest.raises(RegexError, match=re.escape(reason)):
        compile_regex(text)


def test_the_whole_of_a_short_text_matches() -> None:
    """A part is not enough, and a long text matches nothing."""
    regex = compile_regex("a+")
    assert matches_fully(regex, "aaa")
    assert not matches_fully(regex, "aaab")
    assert matches_fully(regex, "a" * LONGEST_TEXT)
    assert not matches_fully(regex, "a" * (LONGEST_TEXT + 1))
