"""What a book is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Book:
    """One edition of a book."""

    isbn: str
    title: str
    price: float


def is_isbn(text: str) -> bool:
    """Return whether a text is an ISBN-13 with a right check digit."""
    digits = [int(character) for character in text if character.isdigit()]
    return len(digits) == 13 and sum(digit * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10 == 0
