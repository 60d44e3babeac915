import pytest

from hive_guardian.autofix.context import FixContext
from hive_guardian.autofix.source_text import apply_edits
from hive_guardian.model.errors import FixRefusedError
from hive_guardian.model.finding import Location


def use(text: str, module: str, member: str = "", *, line: int = 0) -> tuple[str, str]:
    """How the file writes an imported thing, and the text with what it takes."""
    ctx = FixContext("pkg/a.py", text.encode(), "pkg.a")
    place = line or text.count("\n") or 1
    found = ctx.use_import(module, member, where=Location("pkg/a.py", place, 1, place, 1))
    return found.name, apply_edits(ctx.data, found.edits).decode()


@pytest.mark.parametrize(
    ("text", "module", "member", "name"),
    [
        ("import asyncio\nx\n", "asyncio", "", "asyncio"),
        ("import asyncio as aio\nx\n", "asyncio", "", "aio"),
        ("import asyncio as aio\nx\n", "asyncio", "sleep", "aio.sleep"),
        ("from asyncio import sleep as nap\nx\n", "asyncio", "sleep", "nap"),
        ("import os.path\nx\n", "os.path", "", "os.path"),
        ("import os.path\nx\n", "os.path", "join", "os.path.join"),
        ("from os import path\nx\n", "os.path", "join", "path.join"),
        ("from . import b\nx\n", "pkg.b", "", "b"),
        ("from .b import c\nx\n", "pkg.b", "c", "c"),
        ("def f():\n    x\nimport asyncio\n", "asyncio", "", "asyncio"),
    ],
)
def test_an_import_that_is_there_is_used(text: str, module: str, member: str, name: str) -> None:
    """An alias of the file is respected, and nothing is imported twice."""
    assert use(text, module, member, line=2) == (name, text)


@pytest.mark.parametrize(
    ("text", "module", "member", "after"),
    [
        ("x\n", "asyncio", "", "import asyncio\n\nx\n"),
        ("'''Doc.'''\n\nx\n", "asyncio", "", "'''Doc.'''\n\nimport asyncio\n\nx\n"),
        (
            "'''Doc.'''\nfrom __future__ import annotations\n\nx\n",
            "asyncio",
            "",
            "'''Doc.'''\nfrom __future__ import annotations\n\nimport asyncio\n\nx\n",
        ),
        ("import re\nimport acme\nx\n", "asyncio", "", "import asyncio\nimport re\nimport acme\nx\n"),
        ("import abc\nimport re\n\nx\n", "asyncio", "", "import abc\nimport asyncio\nimport re\n\nx\n"),
        ("import abc\nfrom re import x\ny\n", "json", "", "import abc\nimport json\nfrom re import x\ny\n"),
        ("import acme\nx\n", "asyncio", "", "import asyncio\n\nimport acme\nx\n"),
        ("import re\nx\n", "acme", "", "import re\n\nimport acme\nx\n"),
        ("import re  # why\nx\n", "acme", "f", "import re  # why\n\nfrom acme import f\nx\n"),
        ("'Doc.'\n__all__ = []\n\nimport re\nx\n", "sys", "", "'Doc.'\n__all__ = []\n\nimport re\nimport sys\nx\n"),
        ("import re; y = (1,\n 2)\nx\n", "sys", "", "import re; y = (1,\n 2)\nimport sys\nx\n"),
        ("from acme import a, c\nx\n", "acme", "b", "from acme import a, b, c\nx\n"),
        ("from acme import a\nx\n", "acme", "b", "from acme import a, b\nx\n"),
        ("from acme import (a)\nx\n", "acme", "b", "from acme import (a, b)\nx\n"),
        ("from acme import b as c\nx\n", "acme", "a", "from acme import a, b as c\nx\n"),
        (
            "from acme import (\n    a,  # one\n    c,  # two\n)\nx\n",
            "acme",
            "b",
            "from acme import (\n    a,  # one\n    b,\n    c,  # two\n)\nx\n",
        ),
        (
            "from acme import (\n    a,\n    c,  # two\n)\nx\n",
            "acme",
            "d",
            "from acme import (\n    a,\n    d,\n    c,  # two\n)\nx\n",
        ),
        ("from acme import *\nx\n", "acme", "b", "from acme import *\nfrom acme import b\nx\n"),
        (
            "#!/usr/bin/python\n# coding: utf-8\n# A\nx\n",
            "re",
            "",
            "#!/usr/bin/python\n# coding: utf-8\nimport re\n\n# A\nx\n",
        ),
        ("# Licence\n\n# About x\nx\n", "re", "", "# Licence\n\nimport re\n\n# About x\nx\n"),
        ("import re", "sys", "", "import re\nimport sys"),
        (
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import asyncio\nx\n",
            "asyncio",
            "",
            "import asyncio\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import asyncio\nx\n",
        ),
        (
            "import re\ntry:\n    import acme\nexcept ImportError:\n    pass\nx\n",
            "acme",
            "",
            "import re\n\nimport acme\ntry:\n    import acme\nexcept ImportError:\n    pass\nx\n",
        ),
    ],
)  # fmt: skip
def test_a_new_import_goes_where_it_belongs(text: str, module: str, member: str, after: str) -> None:
    """After docstring and future imports, into the block, in order, merged with imports of the same module."""
    assert use(text, module, member) == (member or module, after)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("asyncio = 1\nx\n", "bound to something else in this file"),
        ("def asyncio(): ...\nx\n", "bound to something else in this file"),
        ("import other as asyncio\nx\n", "bound to something else in this file"),
        ("def f(asyncio):\n    x\n", "bound to something else around this place"),
        ("from a import *\nasyncio.run(f)\n", "used in this file without being imported"),
        ("def f():\n    global asyncio\n    asyncio = 1\n", "bound to something else"),
    ],
)
def test_a_name_that_means_something_else_is_refused(text: str, reason: str) -> None:
    """The import would take over a name, or the place could not see it."""
    with pytest.raises(FixRefusedError, match=reason):
        use(text, "asyncio")


def test_an_import_below_the_place_is_not_used() -> None:
    """At module level, an import holds from where it stands."""
    name, after = use("x\nimport asyncio\n", "asyncio", line=1)
    assert (name, after) == ("asyncio", "import asyncio\n\nx\nimport asyncio\n")


def test_an_import_hidden_by_a_parameter_is_not_used() -> None:
    """Around the place the name means the parameter."""
    with pytest.raises(FixRefusedError, match="around this place"):
        use("import asyncio\ndef f(asyncio):\n    x\n", "asyncio")
