import sys

import pytest

from hive_guardian.project.distributions import (
    Evidence,
    Provided,
    is_below,
    is_plugin,
    is_runtime_only,
    namespace,
    provided_modules,
    providers,
    stdlib_modules,
    stdlib_of,
)
from hive_guardian.project.manifests.dependency import normalise_name
from hive_guardian.project.tables import distributions
from hive_guardian.project.versions import Constraint, parse_pep440


@pytest.mark.parametrize(
    ("distribution", "modules", "evidence"),
    [
        ("PyYAML", ("yaml", "_yaml"), Evidence.TABLE),
        ("opencv_python", ("cv2",), Evidence.TABLE),
        ("requests", ("requests",), Evidence.TABLE),
        ("typing.extensions", ("typing_extensions",), Evidence.TABLE),
        ("google-cloud-storage", ("google.cloud.storage",), Evidence.TABLE),
        ("poetry-core", ("poetry.core",), Evidence.TABLE),
        ("Acme_Lib", ("acme",), Evidence.CONFIGURED),
        ("acme-other", ("acme_other", "acme.other"), Evidence.GUESS),
        ("python-acme", ("python_acme", "acme", "python.acme"), Evidence.GUESS),
    ],
)
def test_modules_come_from_map_then_table_then_name(
    distribution: str, modules: tuple[str, ...], evidence: Evidence
) -> None:
    """The better source wins and says that it did; spelling never matters."""
    found = provided_modules(distribution, {"acme.lib": ("acme",)})
    assert found.evidence == evidence
    assert set(modules) <= set(found.modules)


@pytest.mark.parametrize(
    ("distribution", "piece", "is_guessed"),
    [
        ("lru-dict", "lru", True),
        ("acme-db-client", "acme_db", True),
        ("django-acme", "django", False),
        ("json-acme", "json", False),
        ("py-acme", "py", False),
        ("celery-acmebeat", "acmebeat", True),
        ("acme-db-client", "db_client", True),
        ("acme-redis", "redis", False),
        ("acme-db", "db", False),
    ],
)
def test_ends_of_an_unknown_name_may_be_its_module(distribution: str, piece: str, *, is_guessed: bool) -> None:
    """A beginning or an end counts unless it is very short or something known has that module."""
    assert (piece in provided_modules(distribution, {}).modules) is is_guessed


def test_the_configured_map_overrides_the_table() -> None:
    """A fork under a known name is what the project says it is."""
    assert provided_modules("pyyaml", {"PyYAML": ("ours",)}) == Provided(("ours",), Evidence.CONFIGURED)


def test_providers_are_found_for_suggestions() -> None:
    """From an import back to the distributions that bring it."""
    assert "opencv-python" in providers("cv2")
    assert "pyyaml" in providers("yaml.nodes")
    assert providers("no_such_module_anywhere") == ()


@pytest.mark.parametrize(
    ("distribution", "expected"),
    [
        ("azure-storage-blob", "azure"),
        ("google-cloud-newthing", "google.cloud"),
        ("Google_Ads", "google"),
        ("requests", None),
    ],
)
def test_namespace_families(distribution: str, expected: str | None) -> None:
    """The longest known prefix decides."""
    assert namespace(distribution) == expected


def test_runtime_only_and_plugins() -> None:
    """Servers and drivers need no import, plugins are imported by their host."""
    assert is_runtime_only("Gunicorn")
    assert is_runtime_only("psycopg2_binary")
    assert not is_runtime_only("requests")
    assert is_plugin("pytest-cov")
    assert is_plugin("types-PyYAML")
    assert is_plugin("pandas-stubs")
    assert not is_plugin("pytest")


@pytest.mark.parametrize(
    ("module", "minor", "expected"),
    [
        ("os", (3, 8), True),
        ("imp", (3, 11), True),
        ("imp", (3, 12), False),
        ("tomllib", (3, 10), False),
        ("tomllib", (3, 11), True),
        ("zoneinfo", (3, 8), False),
        ("binhex", (3, 10), True),
        ("binhex", (3, 11), False),
        ("cgi", (3, 12), True),
        ("cgi", (3, 13), False),
        ("annotationlib", (3, 14), True),
        ("formatter", (2, 7), True),
        ("annotationlib", (3, 99), True),
        ("yaml", (3, 12), False),
    ],
)
def test_stdlib_per_version(module: str, minor: tuple[int, int], *, expected: bool) -> None:
    """Modules come and go; versions outside of the table are treated like its ends."""
    assert (module in stdlib_of(minor)) is expected


def test_stdlib_of_a_constraint_is_the_union_over_admitted_versions() -> None:
    """A module that any admitted Python has is no undeclared dependency."""
    constraint = parse_pep440(">=3.11,<3.13")
    assert isinstance(constraint, Constraint)
    found = stdlib_modules(constraint)
    assert {"imp", "tomllib", "cgi"} <= found
    assert "annotationlib" not in found
    assert {"formatter", "annotationlib"} <= stdlib_modules(None)
    nothing = parse_pep440("<3")
    assert isinstance(nothing, Constraint)
    assert "annotationlib" in stdlib_modules(nothing)


def test_the_table_agrees_with_this_interpreter() -> None:
    """The interpreter is the oracle of its own row; a failure on a newer Python means that the table needs one."""
    extra = {"test", "_typeshed"}
    own = {name for name in sys.stdlib_module_names if not name.startswith("_")}
    assert own == {name for name in stdlib_of(sys.version_info[:2]) if not name.startswith("_")} - extra


def test_the_table_is_well_formed() -> None:
    """Names are normalised, modules are dotted identifiers (or stub packages), no distribution is listed twice."""
    same = distributions.SAME_NAME.split()
    listed = [line.partition(": ") for line in distributions.MODULES.splitlines() if line]
    names = {name for name, _, _ in listed}
    assert not names & {*same}
    assert len(same) == len({*same})
    for name in (*names, *same, *distributions.RUNTIME_ONLY.split()):
        assert normalise_name(name) == name
    for _, _, modules in listed:
        for module in modules.split():
            assert all(part.removesuffix("-stubs").replace("-", "_").isidentifier() for part in module.split(".")), (
                module
            )


def test_below_respects_dots() -> None:
    """`google.cloud` covers `google.cloud.storage`, not `google.cloudy`."""
    assert is_below("google.cloud.storage", "google.cloud")
    assert is_below("yaml", "yaml")
    assert not is_below("google.cloudy", "google.cloud")
