"""From basket to paid order."""

from catalog.stock import release, reserve

from shop.orders import Order
from shop.payments import Receipt, capture
from shop.settings import Settings


class OutOfStockError(RuntimeError):
    """A line of the order cannot be delivered."""


async def place(order: Order, token: str, settings: Settings) -> Receipt:
    """Reserve the books, charge the card, and give the books back when the card is refused."""
    for line in order.lines:
        if not reserve(line.isbn, line.quantity):
            raise OutOfStockError(line.isbn)
    try:
        receipt = await capture(token, order.total(), timeout=settings.payment_timeout)
    except:
        print("payment failed, releasing the stock of", order.customer.email)
        cancel(order)
        return None
    notify(order)
    return receipt


def cancel(order: Order) -> None:
    """Put the books of an order back on the shelf."""
    for line in order.lines:
        release(line.isbn, line.quantity),


def notify(order: Order) -> None:
    """Send the confirmation; a mail that fails must not undo a paid order."""
    try:
        from shop.mail import send_confirmation

        send_confirmation(order.customer.email, order.total())
    except Exception:
        pass
