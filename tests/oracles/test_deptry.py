"""GR48 and GR22 against deptry, which reads no environment here: both know modules from a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.oracles.divergence import Comparison, Pair, compare
from tests.oracles.pairs import DEPTRY
from tests.oracles.programs import Run, run_deptry, run_ours
from tests.oracles.trees import SOURCES, fetch, install

pytestmark = pytest.mark.oracle

VERSION = "0.25.1"
_SOURCES = {source.name: source for source in SOURCES}


@dataclass(frozen=True, slots=True)
class Project:
    """A source archive with a manifest that both understand.

    Attributes:
        name: its name.
        root: the folder of its code.
        modules: distribution -> modules, where the name does not tell.
    """

    name: str
    root: str = "."
    modules: Mapping[str, str] = field(default_factory=dict)


PROJECTS = (
    Project("httpx", modules={"brotli": "brotli", "brotlicffi": "brotlicffi"}),
    Project("structlog", "src", {"structlog": "structlog", "better-exceptions": "better_exceptions"}),
    Project(
        "homeassistant",
        modules={
            "attrs": "attr|attrs",
            "awesomeversion": "awesomeversion",
            "ciso8601": "ciso8601",
            "fnv-hash-fast": "fnv_hash_fast",
            "PyJWT": "jwt",
            "pyOpenSSL": "OpenSSL",
            "PyYAML": "yaml",
            "python-slugify": "slugify",
            "voluptuous-serialize": "voluptuous_serialize",
            "home-assistant-bluetooth": "home_assistant_bluetooth",
            "atomicwrites-homeassistant": "atomicwrites",
            "ulid-transform": "ulid_transform",
            "lru-dict": "lru",
            "Pillow": "PIL",
        },
    ),
)


@pytest.mark.parametrize("project", PROJECTS, ids=lambda project: project.name)
@pytest.mark.parametrize("pair", DEPTRY, ids=lambda pair: pair.rule)
def test_rule_agrees_with_deptry(
    pair: Pair, project: Project, tmp_path: Path, judge: Callable[[str, str, Comparison], None]
) -> None:
    """Both programs miss the same distributions and find the same ones unused, but for the ledger's."""
    tree = fetch(_SOURCES[project.name])
    theirs = run_deptry(tree, project.root, project.modules, install("deptry", VERSION), tmp_path)

    layout = {"module-map": {name: value.split("|") for name, value in project.modules.items()}}
    ours = run_ours(tree, pair.rule, options=pair.options, layout=layout, folder=tmp_path)

    prefix = "" if project.root == "." else f"{project.root}/"
    within = tuple(item for item in ours.reports if item.path.startswith((prefix, "pyproject.toml")))
    judge("deptry", VERSION, compare(pair, tree, Run(within, ours.unread), theirs))
