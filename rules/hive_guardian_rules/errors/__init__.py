"""Golden rules about raising, catching and reporting errors."""
