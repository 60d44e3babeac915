"""Frozen data of the product: no I/O, no behaviour beyond its own invariants."""
