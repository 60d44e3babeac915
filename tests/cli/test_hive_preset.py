"""The preset `hive` on a small monorepo, through the installed program."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import RunGuardian


def manifest(name: str, python: str = "^3.11") -> str:
    """Return a manifest of one component."""
    return f'[tool.poetry]\nname = "{name}"\nversion = "1.0.0"\n[tool.poetry.dependencies]\npython = "{python}"\n'


TREE = {
    "pyproject.toml": manifest("hive"),
    "apps/shop/pyproject.toml": manifest("shop") + "[tool.ruff]\nline-length = 88\n",
    "apps/shop/src/shop/__init__.py": "",
    "apps/shop/src/shop/core/__init__.py": "",
    "apps/shop/src/shop/core/bus.py": "class ShopEventBus:\n    def publish(self): ...\n",
    "apps/shop/src/shop/core/errors.py": "from hive_errors import BaseError\nclass ShopError(BaseError): ...\n",
    "apps/shop/src/shop/config.py": "import os\nMODE = os.getenv('MODE')\nDATA = '/app/data/x.db'\n",
    "apps/shop/src/shop/service.py": (
        "import os\n"
        "from hive_config import get_config\n"
        "from hive_config.unified import HiveConfig\n"
        "from billing.api import charge\n"
        "DATA = '/app/data/x.db'\n"
        "config = get_config()\n"
        "mode = os.getenv('MODE')\n"
        "# TODO: tidy up\n"
        "class LostError(Exception): ...\n"
    ),
    "apps/billing/pyproject.toml": manifest("billing"),
    "apps/billing/hive-app.toml": "tasks = ['pay']\n[app]\nname = 'billing'\n",
    "apps/billing/src/billing/__init__.py": "",
    "apps/billing/src/billing/api.py": "def charge() -> None: ...\n",
    "packages/hive-config/pyproject.toml": manifest("hive-config"),
    "packages/hive-config/src/hive_config/__init__.py": (
        "from hive_config.unified import HiveConfig, create_config_from_sources, get_config\n"
    ),
    "packages/hive-config/src/hive_config/unified.py": (
        "import os\nclass HiveConfig: ...\n"
        "def create_config_from_sources(): return os.getenv('X')\n"
        "def get_config(): return create_config_from_sources()\n"
    ),
    "packages/hive-errors/pyproject.toml": manifest("hive-errors", "^3.9"),
    "packages/hive-errors/src/hive_errors/__init__.py": "class BaseError(Exception):\n    code = 0\n",
    "packages/hive-logging/pyproject.toml": manifest("hive-logging"),
    "packages/hive-logging/src/hive_logging/__init__.py": (
        "import logging\nfrom hive_errors import BaseError\ndef get_logger(name): return logging.getLogger(name)\n"
    ),
    "packages/hive-models/pyproject.toml": manifest("hive-models"),
    "packages/hive-models/src/hive_models/__init__.py": "def charge(order): ...\n",
    "packages/cache/pyproject.toml": manifest("cache"),
    "packages/cache/src/cache/__init__.py": "from fastapi import FastAPI\napp = FastAPI()\n",
}
_SERVICE = "apps/shop/src/shop/service.py"
EXPECTED = {
    ("GR01", "apps/shop/pyproject.toml", 1),
    ("GR05", "packages/cache/src/cache/__init__.py", 2),
    ("GR06", _SERVICE, 4),
    ("GR06", "packages/hive-logging/src/hive_logging/__init__.py", 2),
    ("GR09", _SERVICE, 9),
    ("GR13", "apps/shop/src/shop/core/bus.py", 1),
    ("GR14", "packages/cache/pyproject.toml", 2),
    ("GR19", "packages/cache/pyproject.toml", 1),
    ("GR20", "packages/hive-models/src/hive_models/__init__.py", 1),
    ("GR21", "packages/hive-errors/pyproject.toml", 5),
    ("GR23", "apps/shop/pyproject.toml", 6),
    ("GR24", _SERVICE, 6),
    ("GR26", _SERVICE, 5),
    ("GR28", "pyproject.toml", 2),
    ("GR36", "apps/shop/src/shop/core/bus.py", 1),
    ("GR37", _SERVICE, 7),
    ("GR47", _SERVICE, 3),
    ("GR50", _SERVICE, 8),
}
"""What the policy adds to the defaults; GR08 and the like are left out."""

QUIET = {
    ("GR10", "packages/hive-logging/src/hive_logging/__init__.py"),
    ("GR26", "apps/shop/src/shop/config.py"),
    ("GR37", "apps/shop/src/shop/config.py"),
    ("GR37", "packages/hive-config/src/hive_config/unified.py"),
    ("GR47", "packages/hive-config/src/hive_config/__init__.py"),
    ("GR01", "apps/billing/pyproject.toml"),
    ("GR23", "pyproject.toml"),
}
"""Whom the policy means to leave alone."""


@pytest.fixture
def monorepo(tmp_path: Path) -> Path:
    """Return a monorepo as the preset expects one."""
    for path, text in TREE.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


def test_the_policy_is_enforced(guardian: RunGuardian, monorepo: Path) -> None:
    """Every part of the preset finds what it is for, where it stands, and leaves alone what it excepts."""
    done = guardian("check", "--preset", "hive", "--level", "INFO", "--format", "json", cwd=monorepo)
    assert done.returncode == 1, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    found = {(finding["rule"], finding["path"], finding["line"]) for finding in report["findings"]}
    assert EXPECTED - found == set()
    assert {(rule, path) for rule, path, _ in found} & QUIET == set()
    assert report["errors"] == []


def test_the_preset_fits_a_project_without_apps(guardian: RunGuardian, tmp_path: Path) -> None:
    """Globs of a preset are optional: what is not there is no contradiction."""
    (tmp_path / "tool.py").write_text('"""A tool."""\n', encoding="utf-8")
    done = guardian("check", "--preset", "hive", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_preset_can_be_extended(guardian: RunGuardian, monorepo: Path) -> None:
    """A project that extends the preset may set an option otherwise; the rest of it stays."""
    path = monorepo / "pyproject.toml"
    text = '[tool.hive-guardian]\nextends = ["hive"]\n[tool.hive-guardian.rules.GR21]\nmin-version = "3.9"\n'
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
    done = guardian("check", "--level", "INFO", "--format", "json", cwd=monorepo)
    found = {(finding["rule"], finding["path"]) for finding in json.loads(done.stdout)["findings"]}
    assert ("GR21", "packages/hive-errors/pyproject.toml") not in found
    assert ("GR14", "packages/cache/pyproject.toml") in found
