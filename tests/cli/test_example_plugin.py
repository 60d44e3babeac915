"""The plugin template in `plugins/example`, installed from wheels next to an installed program."""

import json
import shutil
import site
import subprocess
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import neutral_environment

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "plugins" / "example"
Run = Callable[..., subprocess.CompletedProcess[str]]


def _run(*command: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
    environment = neutral_environment({"PYTHONDONTWRITEBYTECODE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"})
    environment.pop("PYTHONPATH", None)
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheels of program and plugin; only their dependencies come from this one."""
    home = tmp_path_factory.mktemp("installed")
    example = home / "example"
    shutil.copytree(EXAMPLE, example, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    pip = (sys.executable, "-m", "pip", "--quiet")
    offline = ("--no-deps", "--no-index")
    built = _run(*pip, "wheel", *offline, "--no-build-isolation", "-w", home / "wheels", ROOT, example, cwd=home)
    assert built.returncode == 0, built.stderr
    venv.create(home / "venv", with_pip=False, symlinks=True)
    python = home / "venv" / "bin" / "python"
    folder = home / "venv" / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    wheels = sorted((home / "wheels").glob("*.whl"))
    done = _run(*pip, "--python", python, "install", *offline, *wheels, cwd=home)
    assert done.returncode == 0, done.stderr
    (folder / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n")
    shutil.rmtree(example / "acme_rules")
    return home


@pytest.fixture
def guardian(installed: Path) -> Run:
    """Return a function that runs the program of that environment."""

    def run(*arguments: str | Path, cwd: Path) -> subprocess.CompletedProcess[str]:
        return _run(installed / "venv" / "bin" / "hive-guardian", *arguments, cwd=cwd)

    return run


def test_the_wheel_is_what_runs(installed: Path) -> None:
    """The package is not imported from this repository, and the plugin not from its source."""
    code = "import hive_guardian, acme_rules; print(hive_guardian.__file__, acme_rules.__file__, sep='\\n')"
    done = _run(installed / "venv" / "bin" / "python", "-c", code, cwd=installed)
    places = done.stdout.splitlines()
    assert len(places) == 2, done.stderr
    assert all(Path(place).is_relative_to(installed / "venv") for place in places)


def test_its_rules_are_listed_and_explained(guardian: Run, tmp_path: Path) -> None:
    """`rules` knows them by id with the plugin as their source, `explain` shows the page with its option."""
    listed = guardian("rules", "--format", "json", cwd=tmp_path)
    assert (listed.returncode, listed.stderr) == (0, "")
    states = {rule["rule"]: rule for rule in json.loads(listed.stdout)["rules"]}
    assert {"ACME01", "ACME02", "GR12"} <= states.keys()
    assert states["ACME01"]["state"] == "on"
    explained = guardian("explain", "unpooled-connection", cwd=tmp_path)
    assert explained.returncode == 0
    assert explained.stdout.startswith("ACME01 unpooled-connection: Connections Come From the Pool\n")
    assert "call that opens a connection -> what to call instead" in explained.stdout


def test_its_rules_find(guardian: Run, tmp_path: Path) -> None:
    """A check runs them like the golden ones; its preset makes one of them critical; the project may require it."""
    (tmp_path / "features" / "mail").mkdir(parents=True)
    (tmp_path / "features" / "cart").mkdir()
    (tmp_path / "features" / "mail" / "send.py").write_text("import psycopg as p\nc = p.connect()\n")
    (tmp_path / "features" / "cart" / "a.py").write_text("import features.mail.send as send\n")
    (tmp_path / "hive-guardian.toml").write_text(
        'extends = ["default", "acme"]\nrequired-plugins = ["acme-rules>=1,<2"]\nselect = ["acme"]\n'
    )
    done = guardian("check", "--format", "json", cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    found = [
        (item["rule"], item["severity"], item["path"], item["line"]) for item in json.loads(done.stdout)["findings"]
    ]
    assert found == [
        ("ACME02", "error", "features/cart/a.py", 1),
        ("ACME01", "critical", "features/mail/send.py", 2),
    ]


def test_its_own_tests_pass_with_the_pytest_plugin(installed: Path) -> None:
    """They use the fixture and the parametrisation, in random order and in two processes."""
    done = _run(
        installed / "venv" / "bin" / "python", "-m", "pytest", "-q", "-n", "2", "-W", "error", cwd=installed / "example"
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "14 passed" in done.stdout


def test_the_readme_of_the_template_is_true(guardian: Run, installed: Path) -> None:
    """The commands it shows work as shown."""
    readme = (installed / "example" / "README.md").read_text()
    commands = [
        line.removeprefix("$ hive-guardian ") for line in readme.splitlines() if line.startswith("$ hive-guardian ")
    ]
    assert len(commands) == 4
    for command in commands:
        done = guardian(*command.split(), cwd=installed / "example")
        assert done.returncode == 0, (command, done.stdout, done.stderr)
    assert [path.name for path in (installed / "example" / "acme_rules").iterdir()] == ["your_rule.py"]
