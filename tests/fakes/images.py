"""A Dockerfile as its instructions, and which files of a build context it may see."""

import fnmatch
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes:
        name: in capitals.
        text: what follows, continued lines joined.
        stage: number of the build stage it belongs to, from 0.
    """

    name: str
    text: str
    stage: int

    @property
    def words(self) -> Sequence[str]:
        """The arguments: of the JSON form, or separated by space, options left out."""
        if self.text.startswith("["):
            found: list[str] = json.loads(self.text)
            return found
        return [word for word in self.text.split() if not word.startswith("--")]


def read_image(path: Path) -> list[Instruction]:
    """Return the instructions of a Dockerfile in order."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return list(_instructions(joined.splitlines()))


def _instructions(lines: Sequence[str]) -> Iterator[Instruction]:
    stage = -1
    for line in lines:
        name, _, text = line.strip().partition(" ")
        if name:
            stage += name.upper() == "FROM"
            yield Instruction(name.upper(), text.strip(), stage)


def is_in_context(ignore: Path, path: str) -> bool:
    """Whether a root-relative path reaches the build: the last pattern of the ignore file that fits decides."""
    seen = True
    for line in ignore.read_text(encoding="utf-8").splitlines():
        pattern, is_exception = (line[1:], True) if line.startswith("!") else (line, False)
        plain = pattern.removeprefix("**/")
        parts = path.split("/")
        heads = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        if any(fnmatch.fnmatch(head, pattern) for head in heads) or (plain != pattern and plain in parts):
            seen = is_exception
    return seen
