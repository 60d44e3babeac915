"""Rules about promises and suppressions."""
