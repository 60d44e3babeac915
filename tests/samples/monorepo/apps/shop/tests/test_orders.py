"""Orders."""

from shop.customers import Customer
from shop.orders import Line, Order


def test_total_sums_all_lines() -> None:
    """Two copies of one book and one of another."""
    order = Order(Customer("ada@example.org", "Ada"), [Line("9780262046305", 2, 20.0), Line("9780131103627", 1, 45.5)])
    assert order.total() == 85.5
