"""Edits and fixes: text ranges to replace, and how far they may be trusted."""

from collections.abc import Iterable
from enum import StrEnum

from hive_guardian.model.frozen_class import frozen


class Safety(StrEnum):
    """How far a fix may be trusted (golden-rules.md 1, fix classes)."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    SUGGESTION = "suggestion"


class Provenance(StrEnum):
    """Who wrote a fix."""

    DETERMINISTIC = "deterministic"
    AI = "ai"


class Change(StrEnum):
    """A change of meaning or text that a fix makes on purpose; the proof refuses each one that was not declared."""

    AWAIT = "await"
    COMMENT = "comment"
    EXIT = "exit"
    HANDLER = "handler"
    LOCK = "lock"
    SIGNATURE = "signature"
    STRING = "string"
    TUPLE = "tuple"


@frozen(order=True)
class Edit:
    """Replace one range of one file by text.

    Attributes:
        path: root-relative POSIX path.
        line: first line, 1-based.
        column: first column, 1-based, in code points.
        end_line: last line, 1-based.
        end_column: column after the last replaced character, 1-based, in code points.
        text: the replacement; lines end in a line feed, whatever the file uses.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    text: str


@frozen
class NewFile:
    """A file that does not exist yet.

    Attributes:
        path: root-relative POSIX path.
        text: the content; lines end in a line feed.
    """

    path: str
    text: str


@frozen
class Fix:
    """How to mend a finding.

    It carries its edits, or it is an offer that the rule's `render_fix` turns into edits when somebody wants them.

    Attributes:
        title: imperative phrase, for example "use `yaml.safe_load`".
        safety: `suggestion` has no edits.
        edits: ordered, not overlapping, all in the file of the finding; others are rejected.
        isolation: fixes of one isolation group are never applied in the same pass; empty means no group.
        provenance: who wrote it.
        changes: what it changes on purpose.
        details: what `render_fix` or `render_files` needs to know besides the finding, plain text of the rule's own
            choice as (name, value); `None` when there is nothing to render. Never reported.
        creates: root-relative POSIX paths of the files that the rule's `render_files` makes when somebody wants them;
            only a suggestion has any.
    """

    title: str
    safety: Safety
    edits: tuple[Edit, ...] = ()
    isolation: str = ""
    provenance: Provenance = Provenance.DETERMINISTIC
    changes: frozenset[Change] = frozenset()
    details: tuple[tuple[str, str], ...] | None = None
    creates: tuple[str, ...] = ()

    @property
    def is_applicable(self) -> bool:
        """Whether a program can apply it: it has edits, or its rule renders them."""
        return self.safety is not Safety.SUGGESTION and (bool(self.edits) or self.details is not None)

    @property
    def is_offer(self) -> bool:
        """Whether its rule has edits to render."""
        return self.is_applicable and not self.edits

    def detail(self, name: str) -> str:
        """Return one of the details, empty when the rule did not give it."""
        return dict(self.details or ()).get(name, "")


def suggest(title: str, *, creates: Iterable[str] = (), **details: str) -> Fix:
    """Return advice without edits.

    Args:
        title: imperative phrase.
        creates: root-relative paths of the files that the rule's `render_files` makes when somebody wants them.
        details: what `render_files` needs to know besides the finding.
    """
    return Fix(title, Safety.SUGGESTION, details=tuple(sorted(details.items())) or None, creates=tuple(creates))


def offer(
    title: str,
    safety: Safety = Safety.UNSAFE,
    *,
    changes: Iterable[Change] = (),
    isolation: str = "",
    **details: str,
) -> Fix:
    """Return a fix whose edits the rule's `render_fix` makes when somebody wants them.

    Args:
        title: imperative phrase.
        safety: how far it may be trusted, if the proof agrees.
        changes: what it changes on purpose.
        isolation: fixes of one group are never applied in the same pass.
        details: what `render_fix` needs to know besides the finding.
    """
    return Fix(title, safety, isolation=isolation, changes=frozenset(changes), details=tuple(sorted(details.items())))
