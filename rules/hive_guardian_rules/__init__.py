"""The golden rules: a plugin like any other, found through the entry-point group `hive_guardian`."""

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages

from hive_guardian import FileRule, LedgerRule, ProjectRule, hookimpl


@hookimpl
def register_rules() -> list[type[FileRule] | type[ProjectRule] | type[LedgerRule]]:
    """Return every rule in this package; a file in a family folder is all it takes to add one."""
    return sorted(_rules(), key=lambda rule: rule.code)


def _rules() -> Iterator[type[FileRule] | type[ProjectRule] | type[LedgerRule]]:
    for found in walk_packages(__path__, f"{__name__}."):
        # guardian: allow[GR15] the modules of this very package, as installed
        for value in vars(import_module(found.name)).values():
            if (
                isinstance(value, type)
                and issubclass(value, FileRule | ProjectRule | LedgerRule)
                and value.__module__ == found.name
                and "code" in vars(value)
            ):
                yield value
