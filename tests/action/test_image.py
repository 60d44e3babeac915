"""The image: small, pinned, run by nobody in particular; what its instructions install is run here."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.fakes.images import is_in_context, read_image

ROOT = Path(__file__).parents[2]
DOCKER = ROOT / "action" / "docker"
IMAGE = read_image(DOCKER / "Dockerfile")
LAST = IMAGE[-1].stage


def texts(name: str) -> list[str]:
    """Return the arguments of each instruction of a name."""
    return [item.text for item in IMAGE if item.name == name]


def test_both_stages_start_from_one_pinned_image() -> None:
    """By tag for people and by digest for machines; of the Python that the locked dependencies are for."""
    bases = [item.words[0] for item in IMAGE if item.name == "FROM"]
    assert len(bases) == 2
    assert len(set(bases)) == 1
    assert re.fullmatch(r"python:3\.12\.\d+-slim-\w+@sha256:[0-9a-f]{64}", bases[0])


def test_nobody_in_particular_runs_it() -> None:
    """The last stage ends with a numeric user that it made, has no shell form and nothing of the build tools."""
    (user,) = [item for item in IMAGE if item.name == "USER"]
    (entry,) = [item for item in IMAGE if item.name == "ENTRYPOINT"]
    (made,) = [text for text in texts("RUN") if "useradd" in text]
    assert user.stage == entry.stage == LAST
    assert re.fullmatch(r"([1-9]\d+):\1", user.text)
    assert f"--uid {user.text.partition(':')[0]} " in made
    assert IMAGE.index(user) > max(IMAGE.index(item) for item in IMAGE if item.name == "RUN")
    assert entry.text.startswith("[")
    assert [item.text for item in IMAGE if item.name == "COPY" and item.stage == LAST] == [
        "--from=build /opt/hive-guardian /opt/hive-guardian"
    ]


def test_packages_are_pinned_and_leave_no_lists() -> None:
    """What hadolint asks of an apt layer and of pip."""
    (apt,) = [text for text in texts("RUN") if "apt-get" in text]
    installed = re.search(r"apt-get install --yes --no-install-recommends ([^&]+)&&", apt)
    assert installed is not None
    assert all("=" in package for package in installed[1].split())
    assert apt.startswith("apt-get update &&")
    assert "rm -rf /var/lib/apt/lists/*" in apt
    assert "PIP_NO_CACHE_DIR=1" in " ".join(texts("ENV"))
    assert not any(name in {item.name for item in IMAGE} for name in ("ADD", "MAINTAINER"))


@pytest.mark.parametrize(
    "path", sorted({word for item in IMAGE if item.name == "COPY" and item.stage == 0 for word in item.words[:-1]})
)
def test_what_is_copied_exists_and_reaches_the_build(path: str) -> None:
    """Neither a renamed file nor the ignore file breaks the build unseen."""
    assert (ROOT / path).exists()
    assert is_in_context(DOCKER / "Dockerfile.dockerignore", path)


@pytest.mark.parametrize(
    "path", [".git/config", "tests/conftest.py", "hive_guardian/__pycache__/x.pyc", ".venv/bin/python"]
)
def test_nothing_else_reaches_the_build(path: str) -> None:
    """No history, no test data, no local environment."""
    assert not is_in_context(DOCKER / "Dockerfile.dockerignore", path)


@pytest.mark.index
def test_the_instructions_install_a_program_that_works(tmp_path: Path) -> None:
    """The build stage, step by step in a directory instead of an image, and then the entry point on a project."""
    source, target = tmp_path / "source", tmp_path / "opt"
    source.mkdir()
    for item in IMAGE:
        if item.stage == 0 and item.name == "COPY":
            *paths, place = item.words
            for path in paths:
                copy(
                    path,
                    source / place
                    if place.endswith("/") and (ROOT / path).is_dir()
                    else source / place / Path(path).name,
                )
        elif item.stage == 0 and item.name == "RUN":
            command = item.text.replace("/opt/hive-guardian", str(target))
            done = subprocess.run(
                ["/bin/sh", "-ec", command], cwd=source, capture_output=True, text=True, check=False, timeout=300
            )
            assert done.returncode == 0, done.stderr
    (entry,) = [item.words for item in IMAGE if item.name == "ENTRYPOINT"]
    (arguments,) = [item.words for item in IMAGE if item.name == "CMD"]
    project = tmp_path / "work"
    project.mkdir()
    (project / "shop.py").write_text("print(1)\n")
    started = [str(target / "bin" / entry[0]), *entry[1:], *arguments]
    done = subprocess.run(started, cwd=project, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1, done.stderr
    assert "GR10 print-call" in done.stdout
    assert not (target / "bin" / "pip").exists()
    assert not (project / ".hive-guardian-cache").exists()


def copy(path: str, place: Path) -> None:
    """Copy a file or directory of the repository, as far as it reaches the build."""

    def ignored(directory: str, names: list[str]) -> set[str]:
        at = Path(directory).relative_to(ROOT).as_posix()
        return {name for name in names if not is_in_context(DOCKER / "Dockerfile.dockerignore", f"{at}/{name}")}

    place.parent.mkdir(parents=True, exist_ok=True)
    if (ROOT / path).is_dir():
        shutil.copytree(ROOT / path, place, ignore=ignored)
    else:
        shutil.copyfile(ROOT / path, place)
