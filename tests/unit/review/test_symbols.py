from hive_guardian.review.symbols import enclosing, list_symbols, parse

TEXT = '''\
class Cart:
    """A cart."""

    @property
    def size(self):
        """Return the size."""
        return 1

    def add(self, item):
        def inner():
            return item
        return inner()


if True:
    def late():
        pass
'''


def test_definitions_are_found_wherever_they_stand() -> None:
    """Methods, nested functions and conditional definitions have qualified names and ranges with decorators."""
    found = {symbol.name: symbol for symbol in list_symbols(parse(TEXT))}
    assert sorted(found) == ["Cart", "Cart.add", "Cart.add.inner", "Cart.size", "late"]
    assert (found["Cart.size"].start, found["Cart.size"].body, found["Cart.size"].end) == (4, 7, 7)
    assert found["Cart"].is_class


def test_the_innermost_definition_counts() -> None:
    """A line belongs to the innermost definition around it."""
    symbols = list_symbols(parse(TEXT))
    names = [symbol.name if (symbol := enclosing(symbols, line)) else "" for line in (1, 5, 11, 12, 15, 17)]
    assert names == ["Cart", "Cart.size", "Cart.add.inner", "Cart.add", "", "late"]


def test_what_is_no_python_has_no_definitions() -> None:
    """Broken, huge and too deep texts have none."""
    for text in ("def f(:", "\0", "x = 1\n" * 400_000, "(" * 5000):
        assert list_symbols(parse(text)) == ()
