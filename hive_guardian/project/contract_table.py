"""A raw configuration table read key by key, with errors that say where and what was probably meant."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from hive_guardian.model.config import Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.model.spelling import nearest

Choice = TypeVar("Choice", bound=StrEnum)


class Table:
    """One table; every question about a key marks it as known.

    Attributes:
        origin: where it stands.
        owner: what it belongs to, begins every message.
    """

    __slots__ = ("_known", "_values", "origin", "owner")

    def __init__(self, values: Mapping[str, object], origin: Origin, owner: str, known: Collection[str] = ()) -> None:
        """Take the raw values; `known` keys are read elsewhere."""
        self._values = values
        self._known = set(known)
        self.origin = origin
        self.owner = owner

    def error(self, problem: str) -> UsageError:
        """An error of the person who wrote the table."""
        return UsageError(f"{self.origin}: {self.owner}: {problem}")

    def missing(self, key: str, advice: str = "") -> UsageError:
        """An error about a key that has to be there; names the unknown key that was probably meant to be it.

        Args:
            key: the key.
            advice: what to write when none is meant, empty for nothing to say.
        """
        from difflib import get_close_matches  # only a mistake needs it

        close = get_close_matches(key, sorted(self._values.keys() - self._known), n=1, cutoff=0.6)
        if close:
            return self.error(f"unknown key {close[0]!r}; did you mean {key!r}?")
        return self.error(f"{key} is missing{f'; {advice}' if advice else ''}")

    def get(self, key: str) -> object:
        """The raw value, `None` when the key is absent."""
        self._known.add(key)
        return self._values.get(key)

    def text(self, key: str, default: str | None = None) -> str:
        """A string.

        Raises:
            UsageError: not a string, or absent without a default.
        """
        value = self.get(key)
        if value is None and default is not None:
            return default
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.missing(key) if value is None else self.error(f"{key} must be a non-empty string")
        return value.strip()

    def flag(self, key: str) -> bool | None:
        """A boolean, `None` when absent.

        Raises:
            UsageError: anything else.
        """
        value = self.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self.error(f"{key} must be true or false, not {value!r}")

    def count(self, key: str) -> int | None:
        """A number from 1, `None` when absent.

        Raises:
            UsageError: anything else.
        """
        value = self.get(key)
        if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 1):
            return value
        raise self.error(f"{key} must be a whole number from 1, not {value!r}")

    def day(self, key: str) -> date | None:
        """A date, as TOML date or ISO text; `None` when absent.

        Raises:
            UsageError: anything else.
        """
        value = self.get(key)
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        try:
            return date.fromisoformat(value if isinstance(value, str) else "")
        except ValueError:
            raise self.error(f"{key} must be a date such as 2027-01-31, not {value!r}") from None

    def choice(self, key: str, choices: type[Choice]) -> Choice | None:
        """One of several words, `None` when absent.

        Raises:
            UsageError: anything else.
        """
        value = self.get(key)
        if value is None:
            return None
        try:
            return choices(value if isinstance(value, str) else "")
        except ValueError:
            words = [choice.value for choice in choices]
            raise self.error(f"{key} must be one of {', '.join(words)}, not {value!r}{nearest(value, words)}") from None

    def strings(self, key: str) -> tuple[str, ...] | None:
        """A list of non-empty strings, `None` when absent.

        Raises:
            UsageError: anything else.
        """
        value = self.get(key)
        if value is None:
            return None
        found = [item.strip() for item in value if isinstance(item, str)] if isinstance(value, list | tuple) else []
        if not isinstance(value, list | tuple) or len(found) != len(value) or not all(found):
            raise self.error(f"{key} must be a list of non-empty strings, not {value!r}")
        return tuple(found)

    def tables(self, key: str) -> tuple[Mapping[str, object], ...]:
        """A list of tables, empty when absent.

        Raises:
            UsageError: anything else.
        """
        value = self.get(key)
        if value is None:
            return ()
        found = [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []
        if not isinstance(value, list | tuple) or len(found) != len(value):
            raise self.error(f"{key} must be a list of tables, not {value!r}")
        return tuple(found)

    def refuse_unknown(self) -> None:
        """Complain about keys nobody asked for.

        Raises:
            UsageError: there is one; suggests the nearest known key.
        """
        for key in sorted(self._values.keys() - self._known):
            raise self.error(f"unknown key {key!r}{nearest(key, self._known)}")
