"""An observer that remembers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from hive_guardian.review.observing import Begun, End, Ended, Event


@dataclass
class RecordingObserver:
    """Remembers all it was told, in order.

    Attributes:
        told: what began, what ended, and what happened meanwhile.
        open: pieces of work that go on.
    """

    told: list[Begun | Ended | Event] = field(default_factory=list)
    open: list[Begun] = field(default_factory=list)

    @contextmanager
    def watch(self, begun: Begun) -> Iterator[End]:
        """Remember that work begins, and what becomes of it."""
        self.told.append(begun)
        self.open.append(begun)
        try:
            yield self.told.append
        finally:
            self.open.remove(begun)

    def tell(self, event: Event) -> None:
        """Remember an event."""
        self.told.append(event)

    def kinds(self) -> list[str]:
        """Return the names of what was told."""
        return [type(one).__name__ for one in self.told]
