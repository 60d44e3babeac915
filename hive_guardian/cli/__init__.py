"""The command line: each command parses, calls one core function, renders, and returns an exit code."""

from hive_guardian.cli.app import main

__all__ = ["main"]
