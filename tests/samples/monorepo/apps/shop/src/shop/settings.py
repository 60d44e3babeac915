"""Settings of the shop, read once at start-up."""

import os
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Settings:
    """What differs between environments."""

    database_url: str
    vat_rate: float
    payment_timeout: float


def load_settings() -> Settings:
    """Read the settings from the environment."""
    return Settings(
        database_url=os.environ.get("SHOP_DATABASE_URL", "sqlite://"),
        vat_rate=float(os.environ.get("SHOP_VAT_RATE", "0.07")),
        payment_timeout=float(os.environ.get("SHOP_PAYMENT_TIMEOUT", "10")),
    )
