"""Tiny plugin distributions in a folder, found like installed ones when the folder is on PYTHONPATH."""

import os
from pathlib import Path

_RULE = '''
from hive_guardian import Document, FileRule, Finding, Severity, hookimpl, on

class {code}(FileRule):
    """{name}."""

    code, name, title = "{code}", "{name}", "{name}"
    severity = Severity.ERROR
    tags = ("test",)

    @on(Document)
    def check_document(self, document, ctx):
{body}
        return ()

@hookimpl
def register_rules():
    return [{code}]
'''


def write_plugin(folder: Path, name: str, source: str) -> dict[str, str]:
    """Install a plugin whose module has this source; returns the environment in which it is found."""
    module = name.replace("-", "_")
    metadata = folder / f"{module}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[hive_guardian]\nrules = {module}\n")
    (folder / f"{module}.py").write_text(source)
    known = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(folder), *([known] if known else [])])}


def write_rule(folder: Path, name: str, code: str, *body: str) -> dict[str, str]:
    """Install a plugin with one rule that runs some lines with `document` and `ctx` on every file."""
    lines = "\n".join(f"        {line}" for line in body)
    return write_plugin(folder, name, _RULE.format(code=code, name=name, body=lines))
