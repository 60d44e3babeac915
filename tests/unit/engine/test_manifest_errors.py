"""Which manifests make a run incomplete."""

from datetime import date

from hive_guardian.config.load import load
from hive_guardian.engine.manifest_errors import manifest_errors
from hive_guardian.model.report import ErrorKind
from hive_guardian.project.components import find_components
from hive_guardian.project.tree import MemoryTree


def test_each_malformed_manifest_is_named_once_at_its_first_bad_line() -> None:
    """Those of components count; a `setup.py` is for GR00, and what is excluded is nobody's business."""
    tree = MemoryTree(
        {
            "hive-guardian.toml": 'exclude = ["old/**"]\n',
            "pyproject.toml": '[project]\nname = 1\ndependencies = ["not one!", "nor this!"]\n',
            "lib/setup.cfg": "name = x\n[metadata\n",
            "lib/a.py": "",
            "py2/setup.py": "print 'hello'\n",
            "old/pyproject.toml": "[project\n",
            "docs/sample/pyproject.toml": "[project\n",
            "good/pyproject.toml": '[project]\nname = "good"\n',
        }
    )
    config_set = load(tree, today=date(2026, 1, 15))
    errors = manifest_errors(find_components(tree, config_set.root.layout), config_set)
    assert [(error.kind, error.path) for error in errors] == [
        (ErrorKind.MANIFEST, "lib/setup.cfg"),
        (ErrorKind.MANIFEST, "pyproject.toml"),
    ]
    assert errors[1].message == "pyproject.toml:2 project.name must be a string; what it declares is not known"
