"""What examples cannot show of project rules: contradictory policies, abstentions, severities, accounts."""

import ast
from collections.abc import Mapping
from datetime import date

import pytest

from hive_guardian.config.build import build_layout
from hive_guardian.engine.context import ProjectContext
from hive_guardian.engine.project_stage import ProjectInput, build_project, file_infos
from hive_guardian.model.config import Settings
from hive_guardian.model.errors import UsageError
from hive_guardian.model.facts import FileFacts
from hive_guardian.model.rule import ProjectRule
from hive_guardian.model.severity import Severity
from hive_guardian.project.manifests.document import Document as ManifestDocument
from hive_guardian.project.manifests.document import ManifestProblem
from hive_guardian.project.tree import MemoryTree
from hive_guardian.source.document import Document
from hive_guardian.source.facts import collect_facts
from hive_guardian.testing import check
from hive_guardian_rules.architecture.forbidden_import import ForbiddenImport
from hive_guardian_rules.architecture.import_cycle import ImportCycle
from hive_guardian_rules.packaging.low_python_floor import LowPythonFloor
from hive_guardian_rules.testing.component_without_tests import ComponentWithoutTests
from hive_guardian_rules.testing.untested_module import UntestedModule

CODE = "def f(a):\n    b = a\n    c = b\n    return c\n"
UPWARD = {"app/low.py": "import app.top\n", "app/top.py": ""}


def prepare(
    rule_class: type[ProjectRule],
    files: Mapping[str, str],
    *,
    options: Mapping[str, object] | None = None,
    excluded: frozenset[str] = frozenset(),
) -> tuple[ProjectRule, ProjectContext]:
    """Return a rule and its view of a small project; broken and excluded files are treated as in a run."""
    settings = Settings(build_layout({}), (), date(2026, 1, 15))
    given = ProjectInput(MemoryTree(files), settings.layout)
    infos, components = file_infos(given)
    facts: dict[str, FileFacts | None] = {}
    for path in infos.keys() - excluded:
        try:
            document = Document(path, files[path].encode(), ast.parse(files[path]), infos[path].module)
            facts[path] = collect_facts(document)
        except SyntaxError:
            facts[path] = FileFacts(path, infos[path].module, is_package=False, parsed=False)
    project = build_project(given, infos, components, facts)
    rule = rule_class(rule_class.Options.model_validate(options or {}), settings)
    return rule, ProjectContext(rule, project, {}, settings)


@pytest.mark.parametrize(
    ("contract", "message"),
    [
        ({"kind": "layers", "name": "c", "layers": ["app.top", "app.gone"]}, "'app.gone' matches nothing"),
        ({"kind": "layers", "name": "c", "layers": ["app.top", "app.low", "app.top"]}, "stands in two places"),
        ({"kind": "forbidden", "name": "c", "from": ["app.gone"], "to": ["app.top"]}, "from: 'app.gone'"),
        ({"kind": "independent", "name": "c", "modules": ["app.low", "web.*"]}, "modules: 'web.*'"),
        ({"kind": "protected", "name": "c", "modules": ["app.low"], "importers": ["web"]}, "importers: 'web'"),
    ],
)
def test_contradictory_contracts_are_refused(contract: Mapping[str, object], message: str) -> None:
    """A contract that says nothing, or two things at once, is the fault of whoever wrote it."""
    with pytest.raises(UsageError, match="example: contract") as caught:
        check(ForbiddenImport, UPWARD, contracts=[contract])

    assert message in str(caught.value)


def test_vacuous_acyclic_contract_is_refused() -> None:
    """GR43 refuses as GR06 does."""
    with pytest.raises(UsageError, match=r"'app\.gone' matches nothing"):
        check(ImportCycle, UPWARD, contracts=[{"kind": "acyclic", "name": "c", "modules": ["app.gone"]}])


def test_contract_states_its_severity() -> None:
    """The severity of a contract is the most specific one, and it is not capped."""
    contract = {"kind": "layers", "name": "c", "layers": ["app.top", "app.low"], "severity": "info"}

    (finding,) = check(ForbiddenImport, UPWARD, contracts=[contract], options={"severity": "error"})

    assert finding.severity is Severity.INFO


def test_chain_is_related() -> None:
    """A transitive breach names every import on the way, in order."""
    files = {"app/low.py": "\nimport app.glue\n", "app/glue.py": "from app.top import x\n", "app/top.py": "x = 1\n"}
    contract = {"kind": "layers", "name": "c", "layers": ["app.top", "app.low"]}

    (finding,) = check(ForbiddenImport, files, contracts=[contract])

    assert [(one.path, one.line, one.message) for one in finding.related] == [
        ("app/low.py", 2, "app.low imports app.glue"),
        ("app/glue.py", 1, "app.glue imports app.top"),
    ]


def test_cycle_relates_every_import() -> None:
    """Each statement of a circle is named once, ordered by place."""
    files = {"a.py": "from b import x, y\n", "b.py": "import c\nimport a\nx = y = 1\n", "c.py": "import a\n"}

    (finding,) = check(ImportCycle, files)

    assert [(one.path, one.line) for one in finding.related] == [("a.py", 1), ("b.py", 1), ("b.py", 2), ("c.py", 1)]


def test_minimum_above_a_ceiling_is_refused() -> None:
    """A minimum that a component's own constraint excludes can never be met."""
    files = {"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.8,<3.11'\n"}

    with pytest.raises(UsageError, match=r"pyproject\.toml:3.*GR21\.min-version"):
        check(LowPythonFloor, files, options={"min-version": "3.11"})


@pytest.mark.parametrize("rule_class", [ComponentWithoutTests, UntestedModule])
def test_broken_test_files_make_rules_abstain(rule_class: type[ProjectRule]) -> None:
    """What a file that does not parse could refute is not reported, and the run says so."""
    rule, ctx = prepare(rule_class, {"app.py": CODE, "tests/test_app_it.py": "def ("})

    assert list(rule.check(ctx)) == []
    assert ctx.books.abstained == {rule.code}
    assert "tests/test_app_it.py" in ctx.books.notes[0]


def test_excluded_files_refute_nothing() -> None:
    """A file that configuration excludes is not part of the project, so rules conclude without it."""
    files = {"app.py": CODE, "tests/samples/test_broken.py": "def ("}
    rule, ctx = prepare(UntestedModule, files, excluded=frozenset({"tests/samples/test_broken.py"}))

    assert [finding.location.path for finding in rule.check(ctx)] == ["app.py"]
    assert ctx.books.notes == []


def test_accepted_imports_are_accounted_for() -> None:
    """GR43 tells the ledger what each entry of its `ignore` was needed for."""
    entries = [{"from": "a", "to": "b", "reason": "soon"}, {"from": "x", "to": "y", "reason": "never"}]
    rule, ctx = prepare(ImportCycle, {"a.py": "import b\n", "b.py": "import a\n"}, options={"ignore": entries})

    assert list(rule.check(ctx)) == []
    assert {excuse.what: excuse.hits for excuse in ctx.books.excuses.values()} == {"a -> b": 1, "x -> y": 0}


def test_manifests_and_missing_things_have_a_place() -> None:
    """A rule reads manifests through its context, and missing things are reported where a reader would look."""
    _, ctx = prepare(ImportCycle, {"pyproject.toml": "[project]\nname = 'x'\n", "x.json": "[", "a/b.py": ""})
    manifest, broken = ctx.manifest("pyproject.toml"), ctx.manifest("x.json")

    assert isinstance(manifest, ManifestDocument)
    assert manifest.string("project", "name") == "x"
    assert isinstance(broken, ManifestProblem)
    assert ctx.manifest("gone.toml") is None
    assert ctx.missing_in(ctx.project.components.root).path == "pyproject.toml"
