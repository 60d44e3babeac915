import ast

import pytest

from hive_guardian.model.errors import UsageError
from hive_guardian.testing.scaffold import rule_file


@pytest.mark.parametrize("for_project", [True, False])
def test_the_file_says_what_was_asked(*, for_project: bool) -> None:
    """Id, slug, family and page stand in it; no line is too long for the house."""
    name, text = rule_file("ACME7", "old-thing", family="acme", for_project=for_project)
    tree = ast.parse(text)
    (node,) = [item for item in tree.body if isinstance(item, ast.ClassDef)]
    page = ast.get_docstring(node) or ""
    assert (name, node.name) == ("old_thing.py", "OldThing")
    assert 'code, name, title = "ACME7", "old-thing", "Old Thing"' in text
    assert 'tags = ("acme",)' in text
    assert all(f"\n{heading}: " in page for heading in ("What", "Why", "Not a finding", "Fix", "When to suppress"))
    assert max(map(len, text.splitlines())) <= 120


@pytest.mark.parametrize(
    ("code", "slug", "family"),
    [("A", "a", "a"), ("a1", "a", "a"), ("A1", "A", "a"), ("A1", "a--b", "a"), ("A1", "a_b", "a"), ("A1", "a", "")],
)
def test_words_that_are_none(code: str, slug: str, family: str) -> None:
    """A word that would not work as an id, a slug or a tag is refused."""
    with pytest.raises(UsageError, match="is not"):
        rule_file(code, slug, family=family, for_project=False)
