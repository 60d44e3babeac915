"""Customers and what they bought."""

from dataclasses import dataclass, field

from shop.orders import Order


@dataclass(slots=True)
class Customer:
    """Somebody with an account."""

    email: str
    name: str
    orders: list[Order] = field(default_factory=list)

    def lifetime_value(self) -> float:
        """Return the sum of all orders in euros."""
        return sum(order.total() for order in self.orders)

    def is_regular(self) -> bool:
        """Return whether the customer earned the regulars' discount."""
        return self.lifetime_value() > 250
