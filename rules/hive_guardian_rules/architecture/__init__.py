"""Golden rules about dependencies between parts of a program."""
