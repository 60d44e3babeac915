"""Prices with and without tax."""

from shop.settings import load_settings


def gross(net: float) -> float:
    """Return the price a customer pays for a net price in euros."""
    return round(net * (1 + load_settings().vat_rate), 2)
