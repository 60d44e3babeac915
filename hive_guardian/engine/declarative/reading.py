"""Read the text of a `*.rule.toml` file; everything that is wrong is said at once, with lines."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from hive_guardian.config.problems import Problems
from hive_guardian.engine.declarative.rule_file import ExampleTable, RuleTable, TomlTable
from hive_guardian.model.config import Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.model.spelling import nearest
from hive_guardian.project.manifests.document import ManifestProblem, read_toml
from hive_guardian.project.toml_positions import KeyPath, locate

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

LONGEST = 65_536
"""Characters of one file."""
_SPELLED = {"code": "id such as ACME01", "name": "name such as http-without-timeout", "tags": "tag such as network"}
_TABLES: dict[str, type[BaseModel]] = {"toml": TomlTable, "bad": ExampleTable, "ok": ExampleTable}


class Reader:
    """One file and where its keys stand.

    Attributes:
        source: name of the file.
        problems: what is wrong with it.
    """

    def __init__(self, source: str, text: str) -> None:
        self.source = source
        self.text = text
        self.problems = Problems()
        self._lines: dict[KeyPath, tuple[int, int]] = {}

    def read(self) -> RuleTable:
        """Parse and validate.

        Raises:
            UsageError: something is wrong; one line each, with file, line, key and nearest name.
        """
        if len(self.text) > LONGEST:
            raise UsageError(f"{self.source}: longer than {LONGEST} characters")
        found = read_toml(self.source, self.text.encode("utf-8", "surrogatepass"))
        if isinstance(found, ManifestProblem):
            raise UsageError(f"{self.source}:{found.line}: {found.message}")
        self._lines = locate(self.text)
        try:
            return RuleTable.model_validate(_kebab(found.data))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._add(detail)
        raise UsageError(self.problems.text())

    def report(self, path: KeyPath, message: str) -> None:
        """Record a problem of a key."""
        self.problems.add(Origin(self.source, self._line(path)), path, message)

    def _line(self, path: KeyPath) -> int:
        for length in range(len(path), 0, -1):
            written = path[:length]
            snake = tuple(part.replace("-", "_") if isinstance(part, str) else part for part in written)
            if found := self._lines.get(written) or self._lines.get(snake):
                return found[0]
        return 1

    def _add(self, detail: "ErrorDetails") -> None:
        path = _written(detail["loc"])
        message = detail["msg"].removeprefix("Value error, ")
        if detail["type"] == "missing":
            message = "is missing"
        elif len(path) == 2 and path[0] in {"bad", "ok"}:
            message = "is neither code nor a table of path and code"
        elif path[0] in _SPELLED and detail["type"] == "string_pattern_mismatch":
            message = f"{detail['input']!r} is no {_SPELLED[str(path[0])]}"
        elif detail["type"] == "too_short":
            if isinstance(detail["input"], list) and detail["input"]:
                return  # its items are wrong, which has been said
            message = "needs at least one"
        elif detail["type"] == "extra_forbidden":
            model = _TABLES.get(str(path[0]), RuleTable) if len(path) > 1 else RuleTable
            known = [field.alias or name for name, field in model.model_fields.items()]
            message = f"there is no such key{nearest(str(path[-1]), known)}"
        self.report(path, message[:1].lower() + message[1:])


def _kebab(table: Mapping[str, object]) -> dict[str, object]:
    """Let `not_inside` mean `not-inside`."""
    known = {field.alias for field in RuleTable.model_fields.values()}
    return {kebab if (kebab := key.replace("_", "-")) in known else key: value for key, value in table.items()}


def _written(location: tuple[int | str, ...]) -> KeyPath:
    """Leave out what pydantic adds for the alternatives of a union."""
    return tuple(part for part in location if part not in _ALTERNATIVES and not str(part).startswith("constrained"))


_ALTERNATIVES = frozenset({"str", "ExampleTable", "int", "float", "bool"})
