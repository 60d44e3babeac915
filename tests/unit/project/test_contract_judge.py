from hive_guardian.model.config import ContractSetting, Origin
from hive_guardian.project.contract_judge import Judge
from hive_guardian.project.contract_zones import divide
from hive_guardian.project.contracts import parse_contract
from tests.fakes.projects import resolver


def breaches(kind: str, table: dict[str, object], sources: dict[str, str]) -> list[tuple[str, str, int]]:
    """Return (importer, part reached, length of the chain) of each violation."""
    project = resolver(sources)
    contract = parse_contract(ContractSetting(kind, "x", table, Origin("a.toml", 1)))
    found = [
        one for zone in divide(contract, project) for one in Judge(contract, zone, project.graph, project).violations()
    ]
    return [(one.importer, one.to_element, len(one.chain)) for one in found]


LAYERS: dict[str, object] = {"layers": ["app.top", "app.low"]}
INDIRECT = {"app/__init__.py": "", "app/top.py": "", "app/mid.py": "import app.top", "app/low.py": "import app.mid"}


def test_an_import_up_is_a_breach_and_one_down_is_none() -> None:
    """Only the forbidden direction is reported, at the file that imports."""
    up = {"app/__init__.py": "", "app/top.py": "", "app/low.py": "import app.top"}
    down = {"app/__init__.py": "", "app/top.py": "import app.low", "app/low.py": ""}
    assert breaches("layers", LAYERS, up) == [("app/low.py", "app.top", 0)]
    assert breaches("layers", LAYERS, down) == []


def test_reaching_through_a_module_of_no_part_is_shown_with_its_chain() -> None:
    """The import that begins the way is reported, with every step of it."""
    assert breaches("layers", LAYERS, INDIRECT) == [("app/low.py", "app.top", 2)]


def test_direct_imports_only_when_the_contract_says_so() -> None:
    """`indirect = false` leaves out what is reached through others."""
    table: dict[str, object] = {"from": ["app.low"], "to": ["app.top"]}
    assert breaches("forbidden", table, INDIRECT) == [("app/low.py", "app.top", 2)]
    assert breaches("forbidden", table | {"indirect": False}, INDIRECT) == []


def test_a_distribution_can_be_forbidden() -> None:
    """What is imported from outside the project counts by its dotted name."""
    sources = {"app/__init__.py": "", "app/low.py": "import sqlalchemy.orm", "app/top.py": "import sqlalchemyx"}
    found = breaches("forbidden", {"from": ["app.low", "app.top"], "to": ["sqlalchemy"]}, sources)
    assert [importer for importer, _, _ in found] == ["app/low.py"]


def test_protected_modules_refuse_everybody_else() -> None:
    """An importer of no part is judged as well; the named importer may."""
    sources = {"app/__init__.py": "", "app/top.py": "import app.low", "app/mid.py": "import app.low", "app/low.py": ""}
    found = breaches("protected", {"modules": ["app.low"], "importers": ["app.top"]}, sources)
    assert [importer for importer, _, _ in found] == ["app/mid.py"]
