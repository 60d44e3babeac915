"""Find the baseline of a project and read it."""

from pathlib import Path
from typing import TYPE_CHECKING

from hive_guardian.model.config import BASELINE_FILE, Config
from hive_guardian.model.errors import UsageError
from hive_guardian.model.frozen_class import frozen
from hive_guardian.project.tree import FileTree

if TYPE_CHECKING:
    from hive_guardian.engine.baseline_use import GivenBaseline


@frozen
class BaselineWish:
    """What a caller said about the baseline.

    Attributes:
        file: as given; `None` = the one the configuration names, else the one of the usual name.
        is_used: whether to compare with any.
        is_frozen: whether entries that nothing needs fail the run.
        may_be_missing: whether a file that somebody named need not be there yet.
        must_be_missing: whether it must not be there yet.
        isolated: whether a file that nobody named does not count.
    """

    file: str | None = None
    is_used: bool = True
    is_frozen: bool = False
    may_be_missing: bool = False
    must_be_missing: bool = False
    isolated: bool = False


USUAL = BaselineWish()
"""Nobody said anything."""


@frozen
class BaselinePlace:
    """Where a baseline is, whether it exists or not.

    Attributes:
        path: absolute.
        name: root-relative where it lies in the project, else as given; messages call it so.
        relative: root-relative, `None` outside of the project.
    """

    path: Path
    name: str
    relative: str | None


def find_place(root: Path, config: Config, wish: BaselineWish) -> BaselinePlace:
    """Return where the baseline of a project is.

    Args:
        root: the project root, absolute.
        config: of the root.
        wish: what the caller said.
    """
    if wish.file is None:
        name = config.baseline or BASELINE_FILE
        return BaselinePlace(root / name, name, name)
    given = Path(wish.file)
    path = given.parent.resolve() / given.name
    if root in path.parents:
        name = path.relative_to(root).as_posix()
        return BaselinePlace(path, name, name)
    return BaselinePlace(path, given.as_posix(), None)


def open_baseline(tree: FileTree, place: BaselinePlace, config: Config, wish: BaselineWish) -> "GivenBaseline | None":
    """Return the baseline to compare with, `None` when there is none.

    Args:
        tree: the project; a baseline that is part of it is read from there, so that the index is compared with its own.
        place: where it is.
        config: of the root.
        wish: what the caller said.

    Raises:
        UsageError: it was named and is missing, cannot be read, or is not a baseline; names file and line.
    """
    if not wish.is_used or (wish.isolated and wish.file is None):
        return None
    data = _read(tree, place, wish)
    if data is not None and wish.must_be_missing:
        raise UsageError(
            f"{place.name} is there already; `hive-guardian baseline update` removes what is fixed, --force accepts "
            "everything that is new"
        )
    if data is not None:
        from hive_guardian.engine.baseline import parse_baseline  # a project without a baseline needs none of it
        from hive_guardian.engine.baseline_use import GivenBaseline

        path = place.relative or place.path.name  # reports name no directory of the machine
        return GivenBaseline(path, parse_baseline(data, place.name), wish.is_frozen)
    if wish.may_be_missing or not (wish.file or config.baseline):
        return None
    who = "--baseline" if wish.file else f"baseline ({config.origins['baseline']})"
    raise UsageError(f"{who}: there is no file {place.name}; `hive-guardian baseline create` makes one")


def _read(tree: FileTree, place: BaselinePlace, wish: BaselineWish) -> bytes | None:
    """Return the content of the file, `None` when it is not there."""
    if place.relative is not None and tree.exists(place.relative):
        try:
            return tree.read(place.relative)
        except OSError as error:
            raise UsageError(f"{place.name}: {error.strerror or type(error).__name__}") from error
    if wish.file is None or not place.path.is_file():
        return None
    from hive_guardian.adapters.baseline_file import read_baseline_file  # as `parse_baseline`

    return read_baseline_file(place.path, place.name)
