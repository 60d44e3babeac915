import ast

from hive_guardian.autofix.source_text import Span, read_source
from hive_guardian.autofix.tree_changes import differs_elsewhere
from hive_guardian.autofix.tree_shape import Ranges, moved, shape_of

CODE = '''\
import a
@deco(1)
class Ü(Base, key=-1.5):
    """Doc."""
    x: int = [y async for y in z if y] if not q else {**w}

    async def f(self, /, p=1, *r, k: "T" = None, **o) -> int:  # why
        async with lock as l, m: await n
        try: return f"{p!r:>{k}} {self}" + 'é' * 2
        except* (A, B) as e: raise
        finally: del o[1:2, ...], p
        match p:
            case [1, *_] | {"a": b, **c} if b: yield lambda: (yield)
            case _: global g
'''.replace("        except* (A, B) as e: raise\n", "        except (A, B) as e: raise\n")


def differs(before: str, after: str, spans: list[Span]) -> str:
    """Compare two texts of which one comes from the other by edits."""
    one, other = (shape_of(ast.parse(text), read_source(text.encode())) for text in (before, after))
    return differs_elsewhere(one, other, Ranges(before, [span[:2] for span in spans]), Ranges(after, moved(spans)))


def test_every_kind_of_node_has_a_shape() -> None:
    """A file with all of them is equal to itself, and an unseen change anywhere is found."""
    assert differs(CODE, CODE, []) == ""
    for old, new in (
        ("-1.5", "-2.5"), ("1.5", "1.50001"), ("key", "kex"), ("async for", "for"), ("not q", "+q"), ("**w", "'w': w"),
        ("/, ", ""), ("*r", "*s"), ("as l", "as j"), ("B)", "C)"), ("!r", "!s"), ("'é'", "'è'"), ("1:2", "1:3"),
        ("[1, *_]", "[1, *x]"), ("**c", "**d"), ("if b:", "if c:"), ("global g", "global h"), ("import a", "import b"),
        ("finally", "else"), ("@deco(1)", "@deco(2)"), ("(yield)", "(yield 1)"), ('"""Doc."""', '"""Dok."""'),
        ("y async for y in z if y", "y async for y in z"), ("del o", "del q"), ("case _", "case x"),
    ):  # fmt: skip
        assert old in CODE
        changed = CODE.replace(old, new, 1)
        try:
            ast.parse(changed)
        except SyntaxError:
            continue
        assert "outside of its edits" in differs(CODE, changed, []), (old, new)


def test_a_change_is_seen_at_any_distance_from_an_edit() -> None:
    """An edit excuses its own range, not the rest of its statement, function or file."""
    edit = [(CODE.index("p!r") - 4, CODE.index("p!r") - 4, "")]
    changed = CODE.replace("* 2", "* 3")
    assert "outside of its edits" in differs(CODE, changed, edit)
    start = CODE.index("import a")
    assert differs(CODE, CODE.replace("import a", "import b"), [(start, start + 8, "import b")]) == ""
