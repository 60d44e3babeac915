from hive_guardian.review.redact import Redactor
from tests.fakes.changes import SHOP, SHOP_AFTER, changed_files


def test_both_sides_are_read_and_redacted() -> None:
    """Lines are redacted, the text is kept for parsing, and definitions are known."""
    secret = "zK4" + "xW9qPmT7v"
    after = f'{SHOP_AFTER}\npassword = "{secret}"\n'
    (file,) = changed_files({"shop.py": SHOP}, {"shop.py": after}, Redactor())
    assert file.new is not None
    assert file.old is not None
    assert secret in file.new.text
    assert secret not in "\n".join(file.new.lines)
    assert [symbol.name for symbol in file.new.symbols] == ["total", "first"]
    assert file.old.lines[13] == "    return prices[0]"


def test_what_cannot_be_shown_says_why() -> None:
    """Denied files have no content, only a reason."""
    (denied,) = changed_files({}, {".env": "A=1\n"})
    assert denied.new is None
    assert denied.obstacle == "denied"


def test_broken_python_is_text() -> None:
    """A file that does not parse is reviewed without definitions."""
    (file,) = changed_files({"a.py": "def f(:\n"}, {"a.py": "def g(:\n"})
    assert file.new is not None
    assert file.new.symbols == ()
    assert not file.obstacle
