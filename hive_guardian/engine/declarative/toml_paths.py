"""Places in TOML files: a dotted path with `*`, and what must not be there."""

import re
from collections.abc import Callable, Iterator, Mapping

from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.toml_positions import KeyPath

ANY_KEY = "*"
_SEGMENT = re.compile(
    r"""(?:"(?P<double>[^"\n]+)"|'(?P<single>[^'\n]+)'|(?P<bare>[A-Za-z0-9_-]+)|(?P<any>\*))(?:\.(?!$)|$)"""
)
Condition = Callable[[object], bool]


@frozen
class TomlSearch:
    """One place in TOML files.

    Attributes:
        paths: globs of the files.
        keys: path of the key; `None` for any key or item.
        condition: what is wrong with a value; `None` when it is wrong that the key is missing.
    """

    paths: GlobSet
    keys: tuple[str | None, ...]
    condition: Condition | None

    def find(self, data: Mapping[str, object]) -> Iterator[KeyPath]:
        """Yield the paths of the keys at fault, in the order of the file."""
        if self.condition is not None:
            for path, value in _walk(data, self.keys, ()):
                if self.condition(value):
                    yield path
            return
        *parents, last = self.keys
        for path, table in _walk(data, tuple(parents), ()):
            if last is not None and isinstance(table, Mapping) and last not in table:
                yield path
        if None not in parents and next(_walk(data, tuple(parents), ()), None) is None:
            yield tuple(key for key in parents if key is not None)


def parse_keys(text: str) -> tuple[str | None, ...]:
    """Split a dotted path such as `tool.*."a.b"`.

    Raises:
        ValueError: it is none.
    """
    keys: list[str | None] = []
    at = 0
    while at < len(text):
        segment = _SEGMENT.match(text, at)
        if segment is None:
            break
        keys.append(None if segment["any"] else segment["double"] or segment["single"] or segment["bare"])
        at = segment.end()
    if not keys or at != len(text):
        raise ValueError(f"{text!r} is no dotted path such as tool.poetry.*.version")
    return tuple(keys)


def _walk(value: object, keys: tuple[str | None, ...], path: KeyPath) -> Iterator[tuple[KeyPath, object]]:
    """Yield (path, value) of everything at a path below a value; items of lists count as keys only under `*`."""
    if not keys:
        yield path, value
        return
    key, others = keys[0], keys[1:]
    if isinstance(value, Mapping):
        for name in value if key is None else (key,) if key in value else ():
            yield from _walk(value[name], others, (*path, name))
    elif isinstance(value, list) and key is None:
        for index, item in enumerate(value):
            yield from _walk(item, others, (*path, index))
