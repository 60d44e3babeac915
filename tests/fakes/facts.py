"""Facts of made-up files, written as briefly as the imports they stand for."""

from collections.abc import Iterable, Mapping

from hive_guardian.model.facts import ClassFact, ClassKind, EdgeKind, FileFacts, ImportFact


def module_name(path: str) -> str:
    """The dotted name of a file below `src/` or the root: `apps/a/src/a/b.py` is `a.b`."""
    inner = path.rpartition("src/")[2].rpartition(".")[0]
    return inner.removesuffix("/__init__").replace("/", ".")


def imports(*statements: str, kind: EdgeKind = EdgeKind.RUNTIME) -> tuple[ImportFact, ...]:
    """Import facts from text, one line each: `import a.b`, `from a.b import c, d as e`, `local: import x`."""
    found: list[ImportFact] = []
    for line, text in enumerate(statements, 1):
        prefix, colon, rest = text.partition(": ")
        statement = rest if colon else text
        when = EdgeKind(prefix) if colon else kind
        origin, _, listed = statement.rpartition("import ")
        for item in listed.split(","):
            what, _, alias = item.strip().partition(" as ")
            module, name = (origin.split()[1], what) if origin.startswith("from ") else (what, "")
            bound = "" if name == "*" else alias or name or module.partition(".")[0]
            found.append(
                ImportFact(module, name, bound, when, when is EdgeKind.CONDITIONAL, line, 1, line, len(text) + 1)
            )
    return tuple(found)


def file(
    path: str,
    *statements: str,
    module: str | None = None,
    exports: Iterable[str] | None = None,
    bindings: Mapping[str, str | tuple[str, ...]] | None = None,
    definitions: Iterable[str] = (),
    classes: Iterable[ClassFact] = (),
) -> FileFacts:
    """Facts of one file; its from-imports become bindings, as the collector would see them."""
    found = imports(*statements)
    bound: dict[str, tuple[str, ...]] = {}
    for fact in found:
        plain_submodule = not fact.name and fact.bound != fact.module and fact.module.startswith(f"{fact.bound}.")
        if fact.bound and fact.kind is not EdgeKind.LOCAL and not plain_submodule:
            target = f"{fact.module}.{fact.name}" if fact.name else fact.module
            bound[fact.bound] = tuple(sorted({*bound.get(fact.bound, ()), target}))
    for name, alternatives in (bindings or {}).items():
        bound[name] = (alternatives,) if isinstance(alternatives, str) else alternatives
    return FileFacts(
        path=path,
        module=module_name(path) if module is None else module,
        is_package=path.endswith(("__init__.py", "__init__.pyi")),
        imports=found,
        exports=None if exports is None else tuple(exports),
        bindings=tuple(sorted(bound.items())),
        definitions=tuple(sorted(definitions)),
        classes=tuple(classes),
    )


def files(sources: Mapping[str, str | Iterable[str]]) -> list[FileFacts]:
    """Facts of several files: path -> its import statements, one text or several."""
    return [file(path, *([text] if isinstance(text, str) else text)) for path, text in sources.items()]


def klass(
    name: str,
    *bases: str | tuple[str, ...],
    kind: ClassKind = ClassKind.PLAIN,
    line: int = 1,
    decorators: tuple[str, ...] = (),
) -> ClassFact:
    """Facts of one class; a base is a dotted name or the alternatives of one, `()` when unknown."""
    alternatives = tuple((base,) if isinstance(base, str) else base for base in bases)
    return ClassFact(
        name=name,
        bases=alternatives,
        kind=kind,
        methods=(),
        trivial=False,
        line=line,
        column=1,
        end_line=line,
        end_column=7 + len(name),
        documented=False,
        decorators=decorators,
    )
