"""Mail to customers."""

import smtplib
from email.message import EmailMessage

SENDER = "orders@lighthouse-books.example"


def send_confirmation(recipient: str, total: float) -> None:
    """Tell a customer that the order was paid."""
    message = EmailMessage()
    message["From"], message["To"] = SENDER, recipient
    message["Subject"] = "Thank you for your order"
    message.set_content(f"We received your payment of {total:.2f} EUR and pack your books now.")
    with smtplib.SMTP("localhost", timeout=10) as server:
        server.send_message(message)
