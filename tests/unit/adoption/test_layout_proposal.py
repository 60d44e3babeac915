from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hive_guardian.adoption.detection import Detected, Shape
from hive_guardian.adoption.layout_proposal import as_layout, component_globs, propose_layout
from hive_guardian.project.globs import GlobSet


def found(*components: str) -> Detected:
    """A project with these components."""
    shape = Shape.MONOREPO if components else Shape.FLAT
    return Detected(shape, (), components, (), "", None, (), ())


@pytest.mark.parametrize(
    ("components", "files", "layout"),
    [
        ((), ("shop/__init__.py", "shop/a/b.py"), {}),
        (
            ("apps/web", "libs/db", "libs/log"),
            ("apps/web/web.py", "libs/db/db.py", "libs/log/log.py"),
            {"components": ["apps/*", "libs/*"], "apps": ["apps/*"], "libraries": ["libs/*"]},
        ),
        (("core", "web"), ("core/a.py", "web/b.py"), {"components": ["core", "web"]}),
        (
            ("services/pay", "services/mail"),
            ("services/pay/a.py", "services/mail/a.py", "services/old/a.py"),
            {"components": ["services/mail", "services/pay"], "apps": ["services/mail", "services/pay"]},
        ),
        (
            (),
            ("apps/a/main.py", "apps/b/main.py", "packages/x/src/x/__init__.py", "packages/y/y.py"),
            {"components": ["apps/*", "packages/*"], "apps": ["apps/*"], "libraries": ["packages/*"]},
        ),
        ((), ("apps/__init__.py", "apps/a/models.py", "apps/b/models.py"), {}),
        ((), ("apps/only/main.py", "shop/__init__.py"), {}),
    ],
)
def test_proposes_globs(components: tuple[str, ...], files: Iterable[str], layout: Mapping[str, object]) -> None:
    """Directories with a manifest are components, and so is what lies side by side where teams keep components."""
    assert propose_layout(found(*components), files) == layout


_DIRECTORY = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)


@given(st.sets(_DIRECTORY), st.sets(_DIRECTORY))
def test_globs_match_exactly_the_components(components: set[str], others: set[str]) -> None:
    """Among all directories with Python the globs match the components and nothing else."""
    globs = GlobSet(component_globs(components, others))
    assert {one for one in components | others if globs.matches(one)} == components


@pytest.mark.parametrize(
    ("table", "layout"),
    [
        ({}, {}),
        (None, {}),
        ({"logger-factory": "x.y"}, {}),
        ({"components": ["a"], "tool-config": "root-only"}, {"components": ["a"]}),
        (
            {"apps": ["a/*"], "libraries": ["l/*"]},
            {"apps": ["a/*"], "libraries": ["l/*"], "components": ["a/*", "l/*"]},
        ),
    ],
)
def test_reads_a_written_layout(table: object, layout: Mapping[str, object]) -> None:
    """Only what names components matters; applications and libraries are components without saying so."""
    assert as_layout(table) == layout
