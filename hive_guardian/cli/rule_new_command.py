"""`hive-guardian rule new`."""

from pathlib import Path

import click

from hive_guardian.cli.place import open_place
from hive_guardian.model.errors import UsageError
from hive_guardian.testing.scaffold import rule_file


@click.command("new")
@click.argument("code")
@click.argument("slug")
@click.option("--family", default="local", show_default=True, metavar="NAME", help="First tag of the rule.")
@click.option("--project", "for_project", is_flag=True, help="A rule over the whole project, not over each file.")
@click.option(
    "--directory", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
    help="Where to write it; default: the first directory of local-rules, else tools/rules.",
)  # fmt: skip
def new(code: str, slug: str, family: str, directory: Path | None, *, for_project: bool) -> int:
    """Write the file of a new rule, which works and keeps its own examples.

    CODE is its id, such as ACME01; SLUG names the pattern it finds, such as bare-except.

    Example: hive-guardian rule new ACME01 forgotten-breakpoint
    """
    place = open_place(Path(), may_lack_rules=True)
    _check_free(code, slug, {code: card.info.name for code, card in place.catalogue.cards.items()})
    name, text = rule_file(code, slug, family=family, for_project=for_project)
    known = place.config_set.root.local_rules
    target = (directory or place.tree.root / (known[0] if known else "tools/rules")) / name
    _write_new(target, text)
    click.echo(f"wrote {_short(target)}; next: hive-guardian rule test {_short(target)}")
    if not any(target.parent.resolve() == (place.tree.root / each).resolve() for each in known):
        folder = _relative(target.parent, place.tree.root)
        if folder:
            click.echo(f'to run it in checks, add local-rules = ["{folder}"] to [tool.hive-guardian]')
    return 0


def _check_free(code: str, slug: str, taken: dict[str, str]) -> None:
    """Refuse an id or slug that a rule has already.

    Raises:
        UsageError: it is taken.
    """
    if code in taken:
        raise UsageError(f"{code} is taken by {taken[code]}; choose another id")
    for other, name in taken.items():
        if name == slug:
            raise UsageError(f"{slug} is the name of {other}; choose another slug")


def _write_new(target: Path, text: str) -> None:
    """Create a file.

    Raises:
        UsageError: it exists, or cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except FileExistsError as error:
        raise UsageError(f"{_short(target)} exists already; nothing was written") from error
    except OSError as error:
        raise UsageError(f"{_short(target)}: {error.strerror}") from error


def _short(path: Path) -> str:
    return _relative(path, Path()) or str(path)


def _relative(path: Path, start: Path) -> str:
    """Return a path below another one, relative to it; empty when it lies elsewhere."""
    full, root = path.resolve(), start.resolve()
    return full.relative_to(root).as_posix() if root in full.parents else ""
