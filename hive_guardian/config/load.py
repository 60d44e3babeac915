"""Find, read, validate and merge the configuration of a project."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from hive_guardian.config.build import build, strings
from hive_guardian.config.cascade import Items, Leaf, Node, Tree, annotate, merge, rebase
from hive_guardian.config.config_set import ConfigSet
from hive_guardian.config.layers import COMMAND_LINE, OWN_FILE, PYPROJECT, SECTION, CommandLine, Layer, parse_layer
from hive_guardian.config.presets import DEFAULT, SOURCE_PREFIX, all_presets, extended_by, resolve_presets
from hive_guardian.config.problems import Problems
from hive_guardian.model.config import Origin
from hive_guardian.project.globs import GlobSet
from hive_guardian.project.tree import FileTree

ROOT_ONLY = ("layout", "required-plugins", "local-rules", "fail-on", "baseline", "debt", "review")
"""Keys that hold for the whole project and therefore stand in the root's file."""

_NOTHING_SAID = CommandLine()


def load(
    tree: FileTree,
    *,
    today: date,
    command_line: CommandLine = _NOTHING_SAID,
    presets: Mapping[str, str] | None = None,
) -> ConfigSet:
    """Load the configuration of a project; names of rules and their options are checked later, see `options`.

    Args:
        tree: the project; every directory may have `hive-guardian.toml` or `[tool.hive-guardian]` in its
            `pyproject.toml`. Those in directories that a parent's `exclude` covers are not read.
        today: the date of the run.
        command_line: what the caller said; wins over files.
        presets: presets of plugins: name -> TOML text of what stands under `[tool.hive-guardian]`.

    Raises:
        UsageError: something in the files or the command line is wrong; all problems, one per line, with file, line,
            key and the nearest valid name.
        PluginError: a plugin's preset is not valid.
    """
    known = all_presets(presets or {})
    problems = Problems()
    files = _files(tree, command_line, problems)
    spoken = Layer(COMMAND_LINE, "", command_line.table())
    for layer in (*files.values(), spoken):
        layer.validate(problems)
    problems.check()
    chains = {directory: tuple(_chain(directory, files)) for directory in {"", *files}}
    _check_root_only(chains, problems)
    problems.check()
    layers = {
        directory: (*_preset_layers((*chain, spoken), known), *chain, spoken)
        for directory, chain in sorted(chains.items())
    }
    return assemble(layers, today)


def assemble(layers: Mapping[str, tuple[Layer, ...]], today: date) -> ConfigSet:
    """Merge and build the configuration of every directory.

    Args:
        layers: root-relative directory -> validated layers, weakest first.
        today: the date of the run.
    """
    trees = {directory: merge(stack) for directory, stack in layers.items()}
    notes = tuple(_gather_in_root(trees, layers))
    configs = {name: build(tree, directory=name, presets=_names(layers[name])) for name, tree in trees.items()}
    return ConfigSet(configs, layers, today, notes)


def _files(tree: FileTree, command_line: CommandLine, problems: Problems) -> dict[str, Layer]:
    """Return the layer of each directory that has one, parents before children."""
    if command_line.isolated:
        return {}
    if command_line.config_text is not None:
        source = command_line.config_file
        layer = parse_layer(source, "", command_line.config_text, problems)
        if layer is None and not problems:
            problems.add(Origin(source), (), "has no [tool.hive-guardian]")
        return {"": layer} if layer else {}
    found: dict[str, Layer] = {}
    for directory, names in _candidates(tree.paths()):
        if _is_excluded(directory, names[0], found):
            continue
        present = [layer for name in names if (layer := _read(tree, directory, name, problems))]
        filled = [layer for layer in present if layer.table]
        if len(filled) > 1:
            own = next(layer for layer in filled if layer.source.endswith(OWN_FILE))
            other = next(layer for layer in filled if layer is not own)
            problems.add(other.origin(()), SECTION, f"{own.source} has settings too; keep one of them")
        if present:
            found[directory] = (filled or present)[0]
    return found


def _candidates(paths: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return (directory, names of configuration files in it), parents before children."""
    names: dict[str, list[str]] = {}
    for path in paths:
        if path.endswith((PYPROJECT, OWN_FILE)):
            directory, _, name = path.rpartition("/")
            if name in {PYPROJECT, OWN_FILE}:
                names.setdefault(directory, []).append(name)
    return sorted(((directory, sorted(each)) for directory, each in names.items()), key=lambda item: _depth(item[0]))


def _depth(directory: str) -> tuple[int, str]:
    return (directory.count("/") + 1 if directory else 0, directory)


def _read(tree: FileTree, directory: str, name: str, problems: Problems) -> Layer | None:
    source = f"{directory}/{name}" if directory else name
    try:
        data = tree.read(source)
    except OSError as error:
        problems.add(Origin(source), (), f"cannot be read: {error.strerror or error}")
        return None
    return parse_layer(source, directory, data, problems)


def _is_excluded(directory: str, name: str, found: Mapping[str, Layer]) -> bool:
    """Whether the nearest parent's `exclude` covers a configuration file; the value need not be valid yet."""
    if not directory:
        return False
    for layer in reversed(list(_chain(directory, found))):
        if "exclude" in layer.table:
            globs = [rebase(glob, layer.directory) for glob in strings(layer.table["exclude"])]
            try:
                return GlobSet(globs).matches(f"{directory}/{name}")
            except ValueError:
                return False
    return False


def _chain(directory: str, files: Mapping[str, Layer]) -> Iterator[Layer]:
    """Yield the files that count for a directory, from the outermost to the nearest."""
    found: list[Layer] = []
    while True:
        layer = files.get(directory)
        if layer:
            found.append(layer)
        if not directory or (layer and layer.table.get("root") is True):
            break
        directory = directory.rpartition("/")[0]
    yield from reversed(found)


def _check_root_only(chains: Mapping[str, tuple[Layer, ...]], problems: Problems) -> None:
    for directory, chain in chains.items():
        if not directory or chain[-1].table.get("root") is True:
            continue
        for key in ROOT_ONLY:
            if key in chain[-1].table:
                message = "holds for the whole project; write it in the configuration of the project root"
                problems.add(chain[-1].origin((key,)), (key,), message)


def _preset_layers(stack: tuple[Layer, ...], known: Mapping[str, Layer]) -> tuple[Layer, ...]:
    """Return the layers of the presets that the strongest layer with an opinion extends."""
    for layer in reversed(stack):
        names = extended_by(layer.table)
        if names is not None:
            return resolve_presets(names, known, layer.origin(("extends",)))
    return resolve_presets((DEFAULT,), known, Origin("default"))


def _names(layers: tuple[Layer, ...]) -> tuple[str, ...]:
    sources = (layer.source for layer in layers)
    return tuple(source.removeprefix(SOURCE_PREFIX) for source in sources if source.startswith(SOURCE_PREFIX))


def _gather_in_root(trees: dict[str, Tree], layers: Mapping[str, tuple[Layer, ...]]) -> Iterator[str]:
    """Add to the root what nested files say about the whole project.

    Those are contracts, which speak about the import graph, and roles, whose globs are confined to the directory of
    their file anyway.

    Yields:
        A note for each key of a nested project (`root = true`) that counts only when that project is checked alone.
    """
    for directory, stack in layers.items():
        own = next((layer for layer in reversed(stack) if layer.source != COMMAND_LINE), None)
        if not directory or own is None:
            continue
        _add_roles(trees[""], annotate(own).get("roles"))
        if own.table.get("root") is True:
            for key in (*ROOT_ONLY, "contracts"):
                if key in own.table:
                    yield f"{own.origin((key,))}: {key}: project-wide settings of a nested project do not count here"
        else:
            _add_contracts(trees[""], annotate(own).get("contracts"))


def _add_contracts(root: Tree, nested: Node | None) -> None:
    if isinstance(nested, Items):
        below = root.get("contracts")
        leaves = below.leaves if isinstance(below, Items) else ()
        root["contracts"] = Items(leaves + nested.leaves, nested.origin, extend=True)


def _add_roles(root: Tree, nested: Node | None) -> None:
    roles = root.get("roles")
    merged = dict(roles) if isinstance(roles, dict) else {}
    for role, leaf in nested.items() if isinstance(nested, dict) else ():
        below = merged.get(role)
        globs = strings(below.value) if isinstance(below, Leaf) else ()
        if isinstance(leaf, Leaf):
            merged[role] = Leaf(
                [*globs, *strings(leaf.value)], below.origin if isinstance(below, Leaf) else leaf.origin
            )
    root["roles"] = merged
