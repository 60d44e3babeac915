import subprocess
import sys
from pathlib import Path

SPARED = {
    "hive_guardian.engine.declarative.load": "rules without code, where a project has rules of its own",
    "html.entities": "formats that are markup",
    "importlib.metadata": "required plugins, and plugins in archives",
    "packaging.markers": "dependencies with markers",
    "packaging.specifiers": "version constraints",
    "pydantic": "options that somebody set",
}
"""Module -> what it is needed for."""


def test_a_cold_check_loads_what_its_project_needs(tmp_path: Path) -> None:
    """All rules are loaded, and nothing that waits for a setting or a file which the project does not have."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "one"\nversion = "1"\n', "utf-8")
    (tmp_path / "a.py").write_text("x = 1\n", "utf-8")
    code = (
        "import sys\nfrom hive_guardian.cli.app import run\nrun(['check', '--no-cache', '--level', 'INFO', '.'])\n"
        f"print(sorted({set(SPARED)!r} & set(sys.modules)))\n"
        "print('hive_guardian_rules.security.unsafe_call' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.splitlines()[-2:] == ["[]", "True"], done.stdout + done.stderr
