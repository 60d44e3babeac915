"""What a readme says."""

import pytest

from hive_guardian.project.manifests.document import ManifestProblem
from hive_guardian.project.manifests.readme import Readme, read_readme


def read(text: str) -> Readme:
    """Read a readme that is text."""
    readme = read_readme("README.md", text.encode())
    assert isinstance(readme, Readme)
    return readme


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("", 0),
        ("# Title\n", 5),
        ("Title\n=====\n", 5),
        ("<!-- nothing\nto see -->\n", 0),
        ("[![build](https://ci.example/badge.svg)](https://ci.example)\n", 0),
        ("![logo](logo.png) <img src='x'> <br/>\n", 0),
        ("a [link](https://example.org) b\n", 6),
        (".. image:: x.png\n   :alt: text\n\nword\n", 4),
        (".. |b| image:: x\n\n|b|\n", 0),
        ("[ref]: https://example.org\n", 0),
        ("**bold** _and_ `code`\n", 11),
    ],
)
def test_markup_is_no_text(text: str, characters: int) -> None:
    """Comments, images, badges, link targets, directives and punctuation of the markup do not count."""
    assert read(text).characters == characters


@pytest.mark.parametrize(
    ("text", "headings"),
    [
        ("# One\n\n### Two ##\n", ("One", "Two")),
        ("One\n===\n\nTwo\n---\ntext\n", ("One", "Two")),
        ("====\nOne\n====\n", ("One",)),
        ("```sh\n# no heading\n```\n# One\n", ("One",)),
        ("# 1. **One** [two](x)\n", ("One two",)),
        ("# \U0001f680 Usage\n", ("Usage",)),
        ("<!-- # One -->\n#Two\n", ()),
        ("text\n\n---\n\nmore\n", ()),
    ],
)
def test_headings_are_found(text: str, headings: tuple[str, ...]) -> None:
    """Both spellings count, code blocks and rules between paragraphs do not."""
    assert read(text).headings == headings


def test_other_encodings_are_a_problem() -> None:
    """A readme that is not UTF-8 is reported, not guessed."""
    assert isinstance(read_readme("README", b"\xff\xfe"), ManifestProblem)
