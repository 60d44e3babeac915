import ast

import pytest

from hive_guardian.source.document import Document
from hive_guardian.source.suspensions import suspension_problems


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("yield 1", "'yield' outside function"),
        ("class A:\n    yield 1", "'yield' outside function"),
        ("await f()", "'await' outside function"),
        ("def f():\n    await g()", "'await' outside async function"),
        ("def f():\n    async with g(): pass", "'async with' outside async function"),
        ("def f():\n    async for x in g(): pass", "'async for' outside async function"),
        ("def f():\n    return [x async for x in g()]", "asynchronous comprehension outside"),
        ("async def f():\n    yield 1\n    return 2", "'return' with value in async generator"),
        ("async def f():\n    yield from g()", "'yield from' inside async function"),
        ("def f():\n    return [(yield x) for x in g()]", "'yield' inside list comprehension"),
        ("async def f():\n    return lambda: await_(await g())", "'await' outside async function"),
        ("def f():\n    yield 1\n    return 2", ""),
        ("async def f():\n    yield 1\n    return", ""),
        ("async def f():\n    return [await x async for x in g()]", ""),
        ("f = lambda: (yield)", ""),
        ("async def f():\n    def g(): yield 1\n    return await h(g)", ""),
    ],
)
def test_where_functions_may_suspend(code: str, said: str) -> None:
    """`yield` and `await` are refused exactly where the compiler refuses them, in its words."""
    document = Document("m.py", code.encode(), ast.parse(code), "m")
    messages = [message for _, message in suspension_problems(document)]
    assert any(said in message for message in messages) if said else messages == []
