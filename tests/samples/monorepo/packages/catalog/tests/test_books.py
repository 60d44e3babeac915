"""Books."""

from catalog.books import is_isbn


def test_isbn_check_digit_is_verified() -> None:
    """A swapped digit is found."""
    assert is_isbn("978-0-262-04630-5")
    assert not is_isbn("978-0-262-04603-5")
