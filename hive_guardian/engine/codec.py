"""Results as JSON text and back: what the cache stores.

Rows are short positional lists; a change of any dataclass here must raise `FORMAT`.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from hive_guardian.engine.cache import CorruptCacheError
from hive_guardian.engine.suppression import Directive, DirectiveProblem
from hive_guardian.model.edit import Change, Edit, Fix, Provenance, Safety
from hive_guardian.model.facts import ClassFact, ClassKind, EdgeKind, FileFacts, FunctionFact, ImportFact, MethodFact
from hive_guardian.model.finding import Finding, Location, Related, Status
from hive_guardian.model.severity import Confidence, Severity

FORMAT = 7
_TENTATIVE = "tentative"


def dump(value: object) -> str:
    """Return compact JSON; lone surrogates survive as escapes."""
    return json.dumps(value, separators=(",", ":"))


@contextmanager
def reading_stored() -> Iterator[None]:
    """Turn what malformed text causes into `CorruptCacheError`."""
    try:
        yield
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise CorruptCacheError(f"{type(error).__name__}: {error}") from error


def dump_findings(findings: Iterable[Finding]) -> str:
    """Return findings as text, an empty string for none."""
    rows = [_finding_row(finding) for finding in findings]
    return dump(rows) if rows else ""


def load_findings(text: str) -> list[Finding]:
    """Return the findings of a text that `dump_findings` wrote.

    Raises:
        CorruptCacheError: the text is not of this format.
    """
    if not text:
        return []
    with reading_stored():
        return [_finding(row) for row in json.loads(text)]


def has_tentative(text: str) -> bool:
    """Whether some findings of a text that `dump_findings` wrote are tentative, without reading it.

    Inside a JSON string a quotation mark is escaped, so the mark means what it says; at worst a path is called like it.
    """
    return f'["{_TENTATIVE}",' in text


def _finding_row(finding: Finding) -> list[object]:
    place = finding.location
    fix = finding.fix
    return [
        finding.rule, finding.name, finding.check, int(finding.severity), int(finding.confidence),
        [place.path, place.line, place.column, place.end_line, place.end_column],
        finding.message, finding.symbol, finding.anchor, finding.fingerprint,
        _fix_row(fix) if fix else 0,
        [[item.path, item.line, item.message] for item in finding.related],
        finding.status, finding.justification, [_TENTATIVE, finding.clue] if finding.tentative else 0,
    ]  # fmt: skip


def _fix_row(fix: Fix) -> list[object]:
    edits = [_edit_row(edit) for edit in fix.edits]
    return [fix.title, fix.safety, edits, fix.isolation, fix.provenance, sorted(fix.changes), fix.details, fix.creates]


def _edit_row(edit: Edit) -> list[object]:
    return [edit.path, edit.line, edit.column, edit.end_line, edit.end_column, edit.text]


def _finding(row: list[Any]) -> Finding:
    *head, symbol, anchor, mark, fix, related, status, why, doubt = row
    rule, name, check, severity, confidence, place, message = head
    return Finding(
        rule, name, check, Severity(severity), Confidence(confidence), Location(*place), message, symbol, anchor, mark,
        _fix(fix) if fix else None,
        tuple(Related(*item) for item in related), Status(status), why, bool(doubt), doubt[1] if doubt else "",
    )  # fmt: skip


def _fix(row: list[Any]) -> Fix:
    title, safety, edits, isolation, provenance, changes, details, creates = row
    return Fix(
        title, Safety(safety), tuple(Edit(*edit) for edit in edits), isolation, Provenance(provenance),
        frozenset(map(Change, changes)), None if details is None else tuple((name, value) for name, value in details),
        tuple(creates),
    )  # fmt: skip


def dump_directives(directives: Iterable[Directive]) -> str:
    """Return directives as text, an empty string for none."""
    rows = [
        [
            item.path, item.line, item.column, item.end_column, item.ids, item.whole_file, item.reason, item.until,
            item.legacy, item.problem, item.detail, item.first, item.last, item.text,
        ]
        for item in directives
    ]  # fmt: skip
    return dump(rows) if rows else ""


def load_directives(text: str) -> list[Directive]:
    """Return the directives of a text that `dump_directives` wrote; errors as `load_findings`."""
    if not text:
        return []
    with reading_stored():
        return [_directive(row) for row in json.loads(text)]


def _directive(row: list[Any]) -> Directive:
    path, line, column, end, ids, whole, reason, until, legacy, problem, detail, first, last, text = row
    return Directive(
        path, line, column, end, tuple(ids), whole, reason, until, legacy, DirectiveProblem(problem), detail,
        first, last, text,
    )  # fmt: skip


def dump_facts(facts: FileFacts) -> str:
    """Return facts as text."""
    return dump(
        [
            facts.path, facts.module, facts.is_package, facts.imports, facts.exports, facts.bindings,
            facts.definitions, facts.classes, facts.functions, facts.statements, facts.parsed,
        ]
    )  # fmt: skip


def load_facts(text: str) -> FileFacts:
    """Return the facts of a text that `dump_facts` wrote; errors as `load_findings`."""
    with reading_stored():
        return _facts(json.loads(text))


def load_collected(text: str) -> dict[str, object]:
    """Return what project rules collected from a file, by rule id; errors as `load_findings`."""
    if not text:
        return {}
    with reading_stored():
        return dict(json.loads(text))


def _facts(row: list[Any]) -> FileFacts:
    path, module, is_package, imports, exports, bindings, definitions, classes, functions, count, parsed = row
    kinds = {kind.value: kind for kind in EdgeKind}
    return FileFacts(
        path, module, is_package,
        tuple(
            ImportFact(module_, name, bound, kinds[kind], guarded, line, column, end_line, end_column, level)
            for module_, name, bound, kind, guarded, line, column, end_line, end_column, level in imports
        ),
        None if exports is None else tuple(exports),
        tuple((name, tuple(targets)) for name, targets in bindings),
        tuple(definitions),
        tuple(_class(row) for row in classes),
        tuple(
            FunctionFact(name, is_async, is_generator, tuple(decorators), line, conditional)
            for name, is_async, is_generator, decorators, line, conditional in functions
        ),
        count, parsed,
    )  # fmt: skip


def _class(row: list[Any]) -> ClassFact:
    name, bases, kind, methods, trivial, line, column, end_line, end_column, documented, decorators = row
    return ClassFact(
        name, tuple(tuple(base) for base in bases), ClassKind(kind),
        tuple(MethodFact(item[0], item[1], tuple(item[2]), item[3], item[4]) for item in methods),
        trivial, line, column, end_line, end_column, documented, tuple(decorators),
    )  # fmt: skip
