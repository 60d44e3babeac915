import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.project.codeowners import SIZE_LIMIT, CodeOwners, parse_codeowners, path_pattern

PATH = ".github/CODEOWNERS"


def read(text: str) -> CodeOwners:
    """Parse a text."""
    return parse_codeowners(PATH, text.encode())


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        ("*", ["a.py", "a/b.py"], []),
        ("*.js", ["a.js", "x/y.js", "x.js/inside"], ["a.jsx"]),
        ("/build/logs/", ["build/logs/a", "build/logs/x/y"], ["build/logs", "x/build/logs/a"]),
        ("docs/*", ["docs/start.md"], ["docs/app/trouble.md", "x/docs/start.md"]),
        ("/*", ["setup.py"], ["a/setup.py"]),
        ("apps/", ["apps/a", "x/apps/a/b"], ["apps", "my-apps/a"]),
        ("/docs/", ["docs/a/b"], ["x/docs/a"]),
        ("/scripts", ["scripts", "scripts/a/b"], ["x/scripts"]),
        ("**/logs", ["logs", "build/logs", "build/logs/a"], ["logs2"]),
        ("/apps/**/test", ["apps/test", "apps/a/b/test/x"], ["apps/tests"]),
        ("/apps/**", ["apps/a", "apps/a/b"], ["apps2/a"]),
        ("a?c.py", ["abc.py", "x/abc.py"], ["a/c.py"]),
        (r"my\ file.txt", ["my file.txt"], ["my", "file.txt"]),
        ("a.b+c", ["a.b+c"], ["aXb+c", "a.bbc"]),
    ],
)
def test_patterns(pattern: str, matches: list[str], others: list[str]) -> None:
    """Patterns mean what GitHub's page says they mean."""
    compiled = path_pattern(pattern)
    assert [path for path in matches if not compiled.fullmatch(path)] == []
    assert [path for path in others if compiled.fullmatch(path)] == []


def test_the_last_match_wins() -> None:
    """A later line takes a path over, also to give it to nobody."""
    owners = read("* @all\n/apps/ @acme/web dev@example.org  # both\n/apps/free\n\n# *.py @no\n")
    assert owners.owners("a.py") == ("@all",)
    assert owners.owners("apps/shop/a.py") == ("@acme/web", "dev@example.org")
    assert owners.owners("apps/free/a.py") == ()
    assert not owners.problems


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("!a.py @b", "`!` does not take paths back"),
        (r"\#a.py @b", "does not escape a comment"),
        ("a[bc].py @b", "is no range of characters"),
        ("a.py b", "'b' is neither @user"),
        ("a.py @b @", "'@' is neither @user"),
    ],
)
def test_lines_that_github_ignores_are_said(line: str, message: str) -> None:
    """A line without effect there has none here; the problem names it, and the other lines hold."""
    owners = read(f"* @all\n{line}\n")
    assert owners.owners("ab.py") == owners.owners("a.py") == ("@all",)
    (problem,) = owners.problems
    assert problem.line == 2
    assert message in problem.message


def test_sections_of_gitlab() -> None:
    """Each section has its last match, equal names are one section, and defaults fill lines without owners."""
    owners = read(
        "* @all\n[Docs] @writers\n*.md\n/docs/api.md @api\n^[Security][2] @sec\n/auth/\n[docs]\n/docs/ @editors oops\n"
        r"\#odd.md @odd" + "\n!x.md\n"
    )
    assert owners.owners("a.py") == ("@all",)
    assert owners.owners("a.md") == ("@all", "@writers")
    assert owners.owners("docs/api.md") == ("@all", "@editors")
    assert owners.owners("auth/x.md") == ("@all", "@writers", "@sec")
    assert owners.owners("#odd.md") == ("@all", "@odd")
    assert [problem.line for problem in owners.problems] == [10]


@pytest.mark.parametrize("data", [b"", b"\xff\xfe\x00", b"\\", b"[", b"[]", b"* @a\r\n", b"#" * (SIZE_LIMIT + 1)])
def test_survives_any_bytes(data: bytes) -> None:
    """Whatever the file holds, there is an answer."""
    assert parse_codeowners(PATH, data).owners("a.py") in {(), ("@a",)}


def test_a_file_that_github_does_not_load_is_said() -> None:
    """Past the limit nobody owns anything, and the reason is there."""
    owners = parse_codeowners(PATH, b"* @a\n" + b"#" * SIZE_LIMIT)
    assert owners.owners("a.py") == ()
    assert "3 MB" in owners.problems[0].message


_PART = st.sampled_from(["a", "b", "ab", "*", "**", "a*", "?"])
_PATTERN = st.tuples(st.sampled_from(["", "/"]), st.lists(_PART, min_size=1, max_size=4), st.sampled_from(["", "/"]))


@given(_PATTERN, st.lists(st.sampled_from(["a", "b", "ab", "ba"]), min_size=1, max_size=4))
def test_agrees_with_a_slow_reading_of_the_rules(pattern: tuple[str, list[str], str], path: list[str]) -> None:
    """The regular expression decides as a walk over parts does."""
    start, parts, end = pattern
    text = start + "/".join(parts) + end
    assert bool(path_pattern(text).fullmatch("/".join(path))) == slow_match(start, parts, end, path)


def slow_match(start: str, parts: list[str], end: str, path: list[str]) -> bool:
    """Whether a pattern covers a path, decided part by part."""
    is_anchored = bool(start) or len(parts) > 1
    heads = range(1) if is_anchored else range(len(path))
    for head in heads:
        for tail in range(head, len(path) + 1):
            if not parts_match(parts, path[head:tail]):
                continue
            below = len(path) - tail
            if end == "/":
                if below:
                    return True
            elif not below or not (parts[-1] == "*" and is_anchored):
                return True
    return False


def parts_match(parts: list[str], path: list[str]) -> bool:
    """Whether parts of a pattern match parts of a path one by one, `**` any number of them."""
    if not parts:
        return not path
    if parts[0] == "**":
        if len(parts) == 1:
            return bool(path)
        return any(parts_match(parts[1:], path[skip:]) for skip in range(len(path) + 1))
    return bool(path) and part_matches(parts[0], path[0]) and parts_match(parts[1:], path[1:])


def part_matches(part: str, name: str) -> bool:
    """Whether one part with `*` and `?` matches a name."""
    if not part:
        return not name
    if part[0] == "*":
        return any(part_matches(part[1:], name[skip:]) for skip in range(len(name) + 1))
    return bool(name) and part[0] in ("?", name[0]) and part_matches(part[1:], name[1:])


def test_no_pattern_takes_for_ever() -> None:
    """A pattern that invites to try every combination is decided at once."""
    assert not path_pattern("*a" * 20 + "*b").fullmatch("a" * 4000)
