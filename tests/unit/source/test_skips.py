"""Which skips say nothing."""

import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.skips import skips_without_reason


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("import pytest\n@pytest.mark.skip\ndef test(): ...", [2]),
        ("from pytest import mark\npytestmark = mark.skip", [2]),
        ("import pytest\npytest.mark.skip()", [2]),
        ("import pytest\npytest.mark.skip('why')", []),
        ("import pytest\npytest.mark.skip(reason=WHY)", []),
        ("import pytest\npytest.mark.skip(reason=' ')", [2]),
        ("import pytest\npytest.mark.skipif(True)", [2]),
        ("import pytest\npytest.mark.skipif('os.name')", []),
        ("import pytest\npytest.mark.skipif(*given)", []),
        ("import pytest\npytest.mark.skipif(**given)", []),
        ("import pytest as p\np.skip()", [2]),
        ("import pytest as p\np.skip(text)", []),
        ("from unittest import skip\n@skip\ndef test(): ...", [2]),
        ("from unittest import skip\n@skip('why')\ndef test(): ...", []),
        ("import unittest\n@unittest.skipIf(A, '')\ndef test(): ...", [2]),
        ("import unittest\n@unittest.skipUnless(A, 'why')\ndef test(): ...", []),
        ("class Line:\n    skip = 1\nLine.skip\nskip()", []),
    ],
)
def test_skips_say_why(text: str, lines: list[int]) -> None:
    """A skip needs a text, or something that may be one."""
    document = Document("tests/test_it.py", text.encode(), ast.parse(text), "tests.test_it")
    assert [node.lineno for node in skips_without_reason(document)] == lines


def test_a_star_import_of_the_project_may_bring_what_skips() -> None:
    """Where names come from is known only with the exports of that module."""
    text = "from tests.common import *\n@skip\ndef test(): ...\n"
    exports = {"tests.common": frozenset({"skip"})}
    document = Document("tests/test_it.py", text.encode(), ast.parse(text), "tests.test_it", star_exports=exports)
    assert list(skips_without_reason(document)) == []
    redirects = {"tests.common.skip": frozenset({"unittest.skip"})}
    document = Document(
        "tests/test_it.py",
        text.encode(),
        ast.parse(text),
        "tests.test_it",
        redirects=redirects,
        star_exports=exports,
    )
    assert [node.lineno for node in skips_without_reason(document)] == [2]
