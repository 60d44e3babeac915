"""Golden rules about tests."""
