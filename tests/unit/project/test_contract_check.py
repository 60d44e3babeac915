from collections.abc import Iterable, Mapping
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.model.config import ContractSetting, Origin
from hive_guardian.model.errors import UsageError
from hive_guardian.project.contract_check import Defaults, ImportPolicy, Occasion, evaluate
from hive_guardian.project.contract_elements import ElementResolver
from hive_guardian.project.contracts import Contract, Handling, parse_contract
from hive_guardian.project.violation import Evaluation, Violation, chain_names
from tests.fakes.projects import resolver

OCCASION = Occasion(date(2026, 1, 15), lambda path: "/tests/" in f"/{path}")
MONOREPO = ["apps/*", "packages/*"]


def _contract(
    kind: str, table: Mapping[str, object] | None = None, /, *, source: str = "pyproject.toml", **more: object
) -> Contract:
    keys = {key.rstrip("_").replace("_", "-"): value for key, value in {**(table or {}), **more}.items()}
    return parse_contract(ContractSetting(kind, "c", keys, Origin(source, 1)))


def _evaluate(contract: Contract, project: ElementResolver, occasion: Occasion = OCCASION) -> Evaluation:
    return evaluate(contract, project, occasion)


def _brief(violations: Iterable[Violation]) -> list[tuple[str, int, str, str, int]]:
    return [(one.importer, one.fact.line, one.from_element, one.to_element, len(one.chain)) for one in violations]


APPS = {
    "packages/log/src/log/__init__.py": "from shop import something",
    "packages/log/src/log/deep.py": ("import os", "local: import shop.core", "type-checking: import shop"),
    "packages/log/src/log/text.py": "from apps.pay import plugin",
    "packages/log/tests/test_log.py": "import shop",
    "apps/shop/src/shop/__init__.py": ("from log import get", "from shop.core import bus"),
    "apps/shop/src/shop/core.py": "from pay import api",
    "apps/pay/src/pay/__init__.py": (),
    "apps/pay/src/pay/api.py": ("import log.deep", "import logging"),
}


def test_packages_must_not_reach_apps() -> None:
    """The seeds' dependency flow: every import form counts, tests and TYPE_CHECKING imports do not."""
    project = resolver(APPS, components=MONOREPO)
    found = _evaluate(_contract("layers", layers=MONOREPO), project)
    assert _brief(found.violations) == [
        ("packages/log/src/log/__init__.py", 1, "packages/log", "apps/shop", 0),
        ("packages/log/src/log/deep.py", 2, "packages/log", "apps/shop", 0),
        ("packages/log/src/log/text.py", 1, "packages/log", "apps/pay", 0),
    ]
    assert [one.imported for one in found.violations] == ["shop.something", "shop.core", "apps.pay.plugin"]
    assert all(one.certain for one in found.violations)


@pytest.mark.parametrize(
    ("table", "defaults", "lines"),
    [
        ({"type_checking": "same"}, Defaults(), [("__init__", 1), ("deep", 2), ("deep", 3), ("text", 1)]),
        ({"lazy": "ignore"}, Defaults(), [("__init__", 1), ("text", 1)]),
        ({"include_tests": True}, Defaults(), [("__init__", 1), ("deep", 2), ("text", 1), ("test_log", 1)]),
        ({}, Defaults(include_tests=True), [("__init__", 1), ("deep", 2), ("text", 1), ("test_log", 1)]),
        ({}, Defaults(lazy=Handling.IGNORE), [("__init__", 1), ("text", 1)]),
        ({"lazy": "same"}, Defaults(lazy=Handling.IGNORE), [("__init__", 1), ("deep", 2), ("text", 1)]),
    ],
)
def test_a_contract_decides_which_imports_count(
    table: Mapping[str, object], defaults: Defaults, lines: list[tuple[str, int]]
) -> None:
    """What the contract says wins over the rule's options."""
    contract = _contract("layers", table, layers=MONOREPO)
    occasion = Occasion(OCCASION.today, OCCASION.is_test, defaults)
    found = _evaluate(contract, resolver(APPS, components=MONOREPO), occasion).violations
    assert [(one.importer.rpartition("/")[2][:-3], one.fact.line) for one in found] == lines


def test_glob_siblings_are_free_in_layers_and_not_in_independent() -> None:
    """`apps/*` as a layer says nothing among apps; the independent contract does, detours included; `public` opens."""
    project = resolver(APPS, components=MONOREPO)
    closed = _evaluate(_contract("independent", modules=["apps/*"], public=[]), project)
    through_a_package = ("apps/pay/src/pay/api.py", 1, "apps/pay", "apps/shop", 2)
    assert _brief(closed.violations) == [
        through_a_package,
        ("apps/shop/src/shop/core.py", 1, "apps/shop", "apps/pay", 0),
    ]
    opened = _evaluate(_contract("independent", modules=["apps/*"], public=["api"]), project)
    assert _brief(opened.violations) == [through_a_package]


STACK = {
    "p/__init__.py": (),
    "p/ui.py": ("from p import service", "from p import left"),
    "p/left.py": "import p.right",
    "p/right.py": "from p import free",
    "p/free.py": ("from p import data", "import helper"),
    "p/data.py": "import helper",
    "helper.py": "import other",
    "other.py": ("from p import ui", "from p import left"),
    "p/service.py": (),
}


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (["ui", "left | right"], [("p/left.py", "p.left", "p.right", 0), ("p/right.py", "p.right", "p.left", 4),
                                  ("p/right.py", "p.right", "p.ui", 4)]),
        (["ui", "left : right"], [("p/right.py", "p.right", "p.ui", 4)]),
        (["data", "ui"], [("p/ui.py", "p.ui", "p.data", 4)]),
        (["ui", "data"], [("p/data.py", "p.data", "p.ui", 3)]),
        (["(gone)", "ui"], []),
    ],
)  # fmt: skip
def test_layers_in_a_container(layers: list[str], expected: list[tuple[str, str, str, int]]) -> None:
    """A lower layer reaches a higher one directly or through modules of no layer, and the chain says how."""
    found = _evaluate(_contract("layers", layers=layers, containers=["p"]), resolver(STACK)).violations
    assert [(one.importer, one.from_element, one.to_element, len(one.chain)) for one in found] == expected


def test_an_indirect_breach_names_its_chain_from_the_first_import() -> None:
    """The chain begins with the reported statement and ends in the reached layer."""
    (found,) = _evaluate(_contract("layers", layers=["ui", "data"], containers=["p"]), resolver(STACK)).violations
    assert (found.importer, found.fact.line, found.imported) == ("p/data.py", 1, "helper")
    assert chain_names(found.chain, str) == ("p/data.py", "helper.py", "other.py", "p/ui.py")
    assert [(one.importer, one.fact.line) for one in found.chain] == [
        ("p/data.py", 1),
        ("helper.py", 1),
        ("other.py", 1),
    ]


def test_exhaustive_layers_list_what_they_forgot() -> None:
    """Each child of the container without a layer is named, with a file to point at."""
    contract = _contract("layers", layers=["ui", "left : right", "free", "(gone)"], containers=["p"], exhaustive=True)
    found = _evaluate(contract, resolver(STACK)).unlisted
    assert [(one.container, one.name, one.path) for one in found] == [
        ("p", "p.data", "p/data.py"),
        ("p", "p.service", "p/service.py"),
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ({"from": ["p.ui"], "to": ["p.data"]}, [("p/ui.py", 2, "p.ui", "p.data", 4)]),
        ({"from": ["p.ui"], "to": ["p.data"], "indirect": False}, []),
        ({"from": ["p"], "to": ["helper"]}, [("p/data.py", 1, "p", "helper", 0), ("p/free.py", 2, "p", "helper", 0)]),
        ({"from": ["p.ui", "p.left"], "to": ["p.*"]},
         [("p/left.py", 1, "p.left", "p.right", 0), ("p/ui.py", 1, "p.ui", "p.service", 0),
              ("p/ui.py", 2, "p.ui", "p.left", 0)]),
        ({"from": ["p"], "to": ["p.data"]}, [("p/free.py", 1, "p", "p.data", 0)]),
    ],
)  # fmt: skip
def test_forbidden_modules(table: Mapping[str, object], expected: list[tuple[str, int, str, str, int]]) -> None:
    """Targets inside a source are targets; indirect reach counts unless switched off."""
    assert _brief(_evaluate(_contract("forbidden", table), resolver(STACK)).violations) == expected


def test_forbidden_distributions_are_found_directly_and_through_others() -> None:
    """A name outside the project needs no file; members and submodules of it are covered, look-alikes are not."""
    project = resolver(
        {
            "p/a.py": ("import p.b", "import requests_mock"),
            "p/b.py": "from requests.adapters import X",
            "q/c.py": "import google.cloud.storage",
            "q/d.py": "import p.b",
        }
    )
    contract = _contract("forbidden", from_=["p.a", "q"], to=["requests", "google.*"])
    found = _evaluate(contract, project).violations
    assert chain_names(found[0].chain, project.graph.label) == ("p.a", "p.b", "requests.adapters.X")
    assert _brief(found) == [
        ("p/a.py", 1, "p.a", "requests", 2),
        ("q/c.py", 1, "q", "google.*", 0),
        ("q/d.py", 1, "q", "requests", 2),
    ]


def test_a_distribution_may_share_a_namespace_with_the_project() -> None:
    """`google.cloud.storage` is a distribution although `google.cloud.ours` is a package of the project."""
    project = resolver({"google/cloud/ours/__init__.py": "from google.cloud import storage"})
    contract = _contract("forbidden", from_=["google.cloud.ours"], to=["google.cloud.storage"])
    assert [one.to_element for one in _evaluate(contract, project).violations] == ["google.cloud.storage"]


def test_protected_modules_admit_their_importers_only() -> None:
    """Everybody else is judged, members of no element too; the module may import itself."""
    project = resolver(
        {
            "p/db/__init__.py": "from p.db import pool",
            "p/db/pool.py": (),
            "p/repo.py": "import p.db.pool",
            "p/ui.py": ("import p.repo", "from p.db import pool, conn"),
        }
    )
    found = _evaluate(_contract("protected", modules=["p.db"], importers=["p.repo"]), project).violations
    assert _brief(found) == [("p/ui.py", 2, "p.ui", "p.db", 0)]
    assert _brief(_evaluate(_contract("protected", modules=["p.db"], importers=[]), project).violations) == [
        ("p/repo.py", 1, "p.repo", "p.db", 0),
        ("p/ui.py", 2, "p.ui", "p.db", 0),
    ]


def test_an_interface_is_the_root_or_what_is_listed() -> None:
    """Importing a submodule from outside is deep, unless the root publishes it in `__all__`."""
    sources = {
        "packages/db/src/hive_db/__init__.py": "from hive_db.pool import Pool",
        "packages/db/src/hive_db/pool.py": (),
        "packages/db/src/hive_db/api.py": (),
        "packages/db/tests/test_pool.py": "import hive_db.pool",
        "apps/x/src/x/__init__.py": (
            "from hive_db import Pool",
            "from hive_db.pool import Pool",
            "from hive_db import api",
        ),
    }
    plain = resolver(sources, components=MONOREPO)
    published = resolver(sources, components=MONOREPO, exports={"packages/db/src/hive_db/__init__.py": ["Pool", "api"]})
    contract = _contract("interface", modules=["packages/*"])
    importer = "apps/x/src/x/__init__.py"
    assert _brief(_evaluate(contract, plain).violations) == [
        (importer, 2, "apps/x", "packages/db", 0),
        (importer, 3, "apps/x", "packages/db", 0),
    ]
    assert [one.fact.line for one in _evaluate(contract, published).violations] == [2]
    listed = _contract("interface", modules=["packages/*"], public=["root", "pool"])
    assert [one.fact.line for one in _evaluate(listed, plain).violations] == [3]


def test_a_name_of_the_root_wins_over_a_submodule_of_the_same_name() -> None:
    """`from hive_db import connect` takes the function that the root binds, not the module it comes from."""
    project = resolver(
        {
            "packages/db/src/hive_db/__init__.py": "from hive_db.connect import connect",
            "packages/db/src/hive_db/connect.py": (),
            "apps/x/src/x/__init__.py": "from hive_db import connect",
        },
        components=MONOREPO,
    )
    assert _evaluate(_contract("interface", modules=["packages/*"]), project).violations == ()


def test_siblings_that_import_each_other_in_a_circle() -> None:
    """Cycles are judged per family of siblings, down to the given generation."""
    project = resolver(
        {
            "p/__init__.py": (),
            "p/a/__init__.py": (),
            "p/a/one.py": "import p.b.two",
            "p/a/two.py": "import p.a.one",
            "p/b/one.py": ("import p.a.two", "import p.b.three"),
            "p/b/two.py": (),
            "p/b/three.py": "import p.b.one",
            "q/a.py": ("import q.b", "import p.a.one"),
            "q/b.py": "import q.a",
        }
    )
    (top,) = _evaluate(_contract("acyclic", modules=["p"], depth=1), project).violations
    assert (top.importer, top.from_element, top.to_element) == ("p/a/one.py", "p.a", "p.b")
    assert [one.importer for one in top.chain if not hasattr(one, "top")] == ["p.a", "p.b"]
    every = _evaluate(_contract("acyclic", modules=["p"]), project).violations
    assert [(one.importer, one.from_element) for one in every] == [("p/a/one.py", "p.a"), ("p/b/one.py", "p.b.one")]
    assert len(_evaluate(_contract("acyclic", modules=["p", "q"]), project).violations) == 3


def test_ignored_imports_are_counted_and_expired_entries_do_nothing() -> None:
    """An ignored edge breaks chains too; unused entries show as zero hits, the last day still holds."""
    ignore = [
        {"from": "other", "to": "p.*", "reason": "legacy"},
        {"from": "p/fr*.py", "to": "p.nothing", "reason": "unused"},
        {"from": "helper", "to": "**", "reason": "expired", "until": "2026-01-14"},
        {"from": "other", "to": "p.ui", "reason": "last day", "until": "2026-01-15"},
    ]
    contract = _contract("layers", layers=["ui", "data"], containers=["p"], ignore=ignore)
    found = _evaluate(contract, resolver(STACK))
    assert found.violations == ()
    assert [(one.hits, one.expired) for one in found.ignores] == [(2, False), (0, False), (0, True), (1, False)]


def test_ignores_reach_imports_of_distributions() -> None:
    """The target of an ignored external import is its module or its member."""
    project = resolver({"p/a.py": "from requests import get"})
    for target in ("requests", "requests.get"):
        ignore = [{"from": "p.a", "to": target, "reason": "r"}]
        found = _evaluate(_contract("forbidden", from_=["p"], to=["requests"], ignore=ignore), project)
        assert (found.violations, [one.hits for one in found.ignores]) == ((), [1])


@pytest.mark.parametrize(
    ("kind", "table", "message"),
    [
        ("layers", {"layers": ["p.ui", "p.gone", "q/*"]}, "layers: 'p.gone', 'q/*' match nothing"),
        ("layers", {"layers": ["ui"], "containers": ["q"]}, "containers: 'q' matches nothing"),
        ("layers", {"layers": ["p.ui", "p.*"]}, "'p.ui' stands in two places, layers 1 and 2"),
        ("layers", {"layers": ["p.ui | p.ui"]}, "'p.ui' stands in two places, layers 1 and 1"),
        ("independent", {"modules": ["nope.*"]}, "modules: 'nope.*' matches nothing"),
        ("independent", {"modules": ["p.*"], "public": ["nope"]}, "public: 'nope' matches nothing"),
        ("forbidden", {"from": ["gone"], "to": ["p"]}, "from: 'gone' matches nothing"),
        ("forbidden", {"from": ["p.ui"], "to": ["p.gone"]}, "to: 'p.gone' matches nothing"),
        ("protected", {"modules": ["p"], "importers": ["gone"]}, "importers: 'gone' matches nothing"),
        ("interface", {"modules": ["p.*"], "public": ["nope"]}, "public: 'nope' matches nothing"),
        ("acyclic", {"modules": ["gone"]}, "modules: 'gone' matches nothing"),
    ],
)
def test_a_policy_about_nothing_is_the_callers_fault(kind: str, table: Mapping[str, object], message: str) -> None:
    """Whatever makes policy and matches nothing, or stands in two layers, is refused with its origin."""
    with pytest.raises(UsageError) as caught:
        _evaluate(_contract(kind, table), resolver(STACK))
    assert message in str(caught.value)
    assert str(caught.value).startswith('pyproject.toml:1: contract "c": ')


def test_a_preset_may_speak_about_what_is_not_there() -> None:
    """The layers of a preset do not fail in a project that has none of them."""
    contract = _contract("layers", source="preset:hive", layers=["packages/hive-config", "packages/hive-logging"])
    assert _evaluate(contract, resolver(STACK)) == Evaluation((), (), ())


def test_one_finding_per_statement_and_ambiguous_names_are_uncertain() -> None:
    """Several names of one statement are one violation; a name two roots offer equally is a guess."""
    project = resolver(
        {
            "apps/x/src/core.py": (),
            "apps/y/src/core.py": (),
            "packages/z/src/z.py": "from core import a, b",
        },
        components=MONOREPO,
    )
    (found,) = _evaluate(_contract("layers", layers=MONOREPO), project).violations
    assert (found.to_element, found.certain) == ("apps/x", False)


def test_a_standard_library_module_is_no_component() -> None:
    """`import logging` does not mean the component that is called so."""
    project = resolver(
        {"packages/a/src/a.py": "import logging", "apps/logging/src/logging/__init__.py": ()}, components=MONOREPO
    )
    assert _evaluate(_contract("layers", layers=MONOREPO), project).violations == ()


HIVE = {
    "packages/hive-logging/src/hive_logging/__init__.py": (),
    "packages/hive-errors/src/hive_errors/__init__.py": "import hive_logging",
    "packages/hive-errors/tests/test_errors.py": (),
    "packages/hive-db/src/hive_db/__init__.py": (),
    "apps/shop/src/shop/core.py": (),
    "apps/pay/src/pay/core.py": (),
    "apps/pay/src/pay/api.py": (),
}
POLICIES = [
    _contract("layers", layers=["packages/hive-db", "packages/hive-errors", "packages/hive-logging"]),
    _contract("independent", modules=["apps/*"], public=["api"]),
    _contract("forbidden", from_=["packages/hive-db"], to=["requests"], ignore=[
        {"from": "hive_db", "to": "requests.adapters", "reason": "r"}]),
    _contract("protected", modules=["packages/hive-db"], importers=["apps/*"]),
    _contract("interface", modules=["packages/*"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("importer", "dotted", "expected"),
    [
        ("packages/hive-logging/src/hive_logging/__init__.py", "hive_errors.BaseError", False),
        ("packages/hive-logging/src/hive_logging/__init__.py", "packages.hive_errors.BaseError", False),
        ("packages/hive-errors/src/hive_errors/__init__.py", "hive_logging.get_logger", True),
        ("packages/hive-errors/src/hive_errors/__init__.py", "hive_errors.BaseError", True),
        ("packages/hive-errors/src/hive_errors/__init__.py", "hive_db.connect", False),
        ("packages/hive-errors/tests/test_errors.py", "hive_db.connect", True),
        ("packages/hive-db/src/hive_db/__init__.py", "hive_errors.BaseError", True),
        ("packages/hive-db/src/hive_db/__init__.py", "requests.get", False),
        ("packages/hive-db/src/hive_db/__init__.py", "requests.adapters", True),
        ("packages/hive-db/src/hive_db/__init__.py", "httpx.get", True),
        ("apps/shop/src/shop/core.py", "pay.core.Bus", False),
        ("apps/shop/src/shop/core.py", "pay.api.pay", True),
        ("apps/shop/src/shop/core.py", "hive_db.connect", True),
        ("apps/shop/src/shop/core.py", "hive_errors.deep.Error", True),
    ],
)
def test_may_import_answers_before_the_import_exists(importer: str, dotted: str, *, expected: bool) -> None:
    """Rules that demand an import ask first whether a contract forbids it (section 1, no. 5)."""
    project = resolver(HIVE, components=MONOREPO)
    assert ImportPolicy(POLICIES, project, OCCASION).may_import(importer, dotted) is expected


def test_a_component_may_import_what_one_of_its_files_may() -> None:
    """Asked about components, tests decide nothing when the contract looks at them too."""
    project = resolver(HIVE, components=MONOREPO)
    strict = Occasion(OCCASION.today, lambda _path: False)
    components = {one.name: one for one in project.components.components}
    policy = ImportPolicy(POLICIES, project, strict)
    assert not policy.may_import(components["packages/hive-errors"], "hive_db.connect")
    assert policy.may_import(components["packages/hive-errors"], "hive_logging.get_logger")


MODULES = ["a", "b", "c", "d", "e", "f"]


@given(
    st.sets(st.tuples(st.sampled_from(MODULES), st.sampled_from(MODULES)), max_size=14),
    st.permutations(["a", "b", "c"]),
)
def test_layers_agree_with_brute_force(edges: set[tuple[str, str]], layers: list[str]) -> None:
    """A breach exists exactly when a walk from a lower to a higher layer passes modules of no layer only."""
    project = resolver(
        {f"{name}.py": [f"import {end}" for start, end in sorted(edges) if start == name] for name in MODULES}
    )
    found = _evaluate(_contract("layers", layers=layers), project).violations
    expected = set()
    for position, source in enumerate(layers):
        seen = {source}
        work = [source]
        while work:
            node = work.pop()
            for start, end in edges:
                if start != node or end == node:
                    continue
                if end in layers[:position] and (node == source or node not in layers):
                    expected.add((source, end))
                if end not in layers and end not in seen:
                    seen.add(end)
                    work.append(end)
    assert {(one.from_element, one.to_element) for one in found} == expected
    for one in found:
        if not one.chain:
            assert (one.from_element, one.to_element) in edges
        else:
            assert (one.from_element, one.to_element) not in edges
