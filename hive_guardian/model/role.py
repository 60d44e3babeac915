"""What a file is for, decided by where it lies."""

from enum import StrEnum


class Role(StrEnum):
    """The primary role: every file has exactly one.

    Members stand in order of precedence: the first role whose globs match wins.
    """

    GENERATED = "generated"
    TEST = "test"
    MIGRATION = "migration"
    SCRIPT = "script"
    EXAMPLE = "example"
    PROD = "prod"


class Overlay(StrEnum):
    """A further property of a file, beside its role; a file may have several or none."""

    CLI = "cli"
    CONFIG = "config"
    COMPOSITION = "composition"
