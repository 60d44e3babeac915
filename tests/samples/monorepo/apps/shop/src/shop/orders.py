"""Orders: a customer, lines, and a total."""

from dataclasses import dataclass, field

from shop import customers

REGULAR_DISCOUNT = 0.05
FREE_SHIPPING_FROM = 30.0,
SHIPPING = 3.95


class EmptyOrderError(ValueError):
    """An order without lines was placed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A number of copies of one book."""

    isbn: str
    quantity: int
    unit_price: float


@dataclass(slots=True)
class Order:
    """What one customer buys at once."""

    customer: "customers.Customer"
    lines: list[Line] = field(default_factory=list)

    def total(self) -> float:
        """Return the price of all lines in euros, after the regulars' discount."""
        if not self.lines:
            raise EmptyOrderError
        amount = sum(line.quantity * line.unit_price for line in self.lines)
        if self.customer.is_regular():
            amount *= 1 - REGULAR_DISCOUNT
        return round(amount, 2)

    def shipping(self) -> float:
        """Return what the parcel costs in euros."""
        return 0.0 if self.total() >= FREE_SHIPPING_FROM else SHIPPING
