"""Rules about secrets and unsafe calls."""
