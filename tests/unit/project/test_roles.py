import time

import pytest

from hive_guardian.model.layout import Layout
from hive_guardian.model.role import Overlay, Role
from hive_guardian.project.roles import (
    RoleReason,
    RoleSettings,
    RoleTable,
    env_directories,
    is_vendored,
    looks_generated,
    role_by_head,
)

_TABLE = RoleTable(
    RoleSettings(
        component_directories=["apps/pay", "packages/db"],
        env_directories=["apps/pay/alembic", ""],
        cli_paths=["apps/pay/src/pay/entry.py"],
    )
)


@pytest.mark.parametrize(
    ("path", "role"),
    [
        ("pkg/mod.py", Role.PROD),
        ("tests/test_a.py", Role.TEST),
        ("pkg/tests/data/a.py", Role.TEST),
        ("pkg/test/a.py", Role.TEST),
        ("pkg/_tests/a.py", Role.TEST),
        ("shop/tests.py", Role.TEST),
        ("integration_tests/flows/a.py", Role.TEST),
        ("pkg/unit_tests/a.py", Role.TEST),
        ("ab_tests/a.py", Role.PROD),
        ("pkg/latest/a.py", Role.PROD),
        (".github/check.py", Role.SCRIPT),
        ("pkg/.agents/skills/scripts/a.py", Role.SCRIPT),
        (".agents/tests/test_a.py", Role.TEST),
        ("fabfile.py", Role.SCRIPT),
        ("pkg/dodo.py", Role.PROD),
        ("pkg/contest.py", Role.PROD),
        ("pkg/conftest.py", Role.TEST),
        ("pkg/a_test.py", Role.TEST),
        ("test_a.py", Role.TEST),
        ("pkg/migrations/0001_initial.py", Role.MIGRATION),
        ("tests/migrations/0001_initial.py", Role.TEST),
        ("versions/1.py", Role.MIGRATION),
        ("apps/pay/alembic/versions/1.py", Role.MIGRATION),
        ("pkg/versions/1.py", Role.PROD),
        ("scripts/a.py", Role.SCRIPT),
        ("pkg/scripts/a.py", Role.PROD),
        ("apps/pay/scripts/deep/a.py", Role.SCRIPT),
        ("apps/other/scripts/a.py", Role.PROD),
        ("setup.py", Role.SCRIPT),
        ("noxfile.py", Role.SCRIPT),
        ("packages/db/setup.py", Role.SCRIPT),
        ("pkg/setup.py", Role.PROD),
        ("docs/conf.py", Role.SCRIPT),
        ("doc/source/conf.py", Role.SCRIPT),
        ("versioneer.py", Role.SCRIPT),
        ("pkg/versioneer.py", Role.PROD),
        ("docs/other.py", Role.EXAMPLE),
        ("doc/other.py", Role.EXAMPLE),
        ("docs_src/first/main.py", Role.EXAMPLE),
        ("pkg/doc/other.py", Role.PROD),
        ("packages/db/examples/a.py", Role.EXAMPLE),
        ("examples/tests/test_a.py", Role.TEST),
        ("pkg/a_pb2.py", Role.GENERATED),
        ("pkg/a_pb2_grpc.py", Role.GENERATED),
        ("tests/a_pb2.py", Role.GENERATED),
        ("pkg/_version.py", Role.GENERATED),
        ("scripts/migrations/x.py", Role.MIGRATION),
    ],
)
def test_default_roles_go_by_path_parts(path: str, role: Role) -> None:
    """The defaults of golden-rules.md 4.2, with their order of precedence."""
    assert _TABLE.role(path) == role


@pytest.mark.parametrize(
    ("path", "overlays"),
    [
        ("pkg/mod.py", set()),
        ("pkg/__main__.py", {Overlay.CLI, Overlay.COMPOSITION}),
        ("cli.py", {Overlay.CLI}),
        ("pkg/cli/deep/a.py", {Overlay.CLI}),
        ("pkg/client.py", set()),
        ("apps/pay/src/pay/entry.py", {Overlay.CLI}),
        ("pkg/settings.py", {Overlay.CONFIG}),
        ("pkg/config/env.py", {Overlay.CONFIG}),
        ("pkg/app.py", {Overlay.COMPOSITION}),
    ],
)
def test_default_overlays(path: str, overlays: set[Overlay]) -> None:
    """Overlays come on top of the role, several at once or none."""
    assert _TABLE.overlays(path) == overlays


def test_a_comment_in_the_file_beats_every_default() -> None:
    """`generated` is the first role in the order, whoever says so; `script` gives way to what the path says."""
    assert _TABLE.roles_by_head("tests/test_a.py", Role.TEST) == {Role.GENERATED}
    assert _TABLE.roles_by_head("a.py", Role.PROD) == {Role.GENERATED, Role.SCRIPT}


def test_configured_globs_add_to_the_defaults_and_prod_takes_back() -> None:
    """A product package called `test` is reclaimed; its own tests stay tests when configured."""
    table = RoleTable(
        RoleSettings(
            configured={
                Role.PROD: ["django/test/**"],
                Role.TEST: ["checks/**", "django/test/own/**"],
                Overlay.CLI: ["tools/*.py"],
            },
            layout=Layout(config_layer=("env.py",), composition_roots=()),
        )
    )
    assert table.role("django/test/client.py") == Role.PROD
    assert table.roles_by_head("django/test/client.py", Role.PROD) == set()
    assert table.role("django/test/own/a.py") == Role.TEST
    assert table.role("checks/a.py") == Role.TEST
    assert table.role("tests/a.py") == Role.TEST
    assert table.overlays("tools/a.py") == {Overlay.CLI}
    assert table.overlays("env.py") == {Overlay.CONFIG}
    assert table.overlays("settings.py") == set()
    assert table.overlays("main.py") == set()


@pytest.mark.parametrize(
    ("path", "reasons"),
    [
        ("a.py", [RoleReason(Role.PROD, "", "no glob of another role matches")]),
        ("x/tests/a.py", [RoleReason(Role.TEST, "**/tests/**", "default")]),
        ("checks/a.py", [RoleReason(Role.TEST, "checks/**", "[tool.hive-guardian.roles] test")]),
        ("apps/pay/scripts/a.py", [RoleReason(Role.SCRIPT, "apps/pay/scripts/**", "default")]),
        (
            "pkg/cli.py",
            [
                RoleReason(Role.PROD, "", "no glob of another role matches"),
                RoleReason(Overlay.CLI, "", "target of a console script"),
            ],
        ),
        (
            "env/x.py",
            [
                RoleReason(Role.PROD, "", "no glob of another role matches"),
                RoleReason(Overlay.CONFIG, "env/**", "[tool.hive-guardian.layout] config-layer"),
            ],
        ),
        (
            "wire.py",
            [
                RoleReason(Role.PROD, "", "no glob of another role matches"),
                RoleReason(Overlay.COMPOSITION, "wire.py", "[tool.hive-guardian.roles] composition"),
            ],
        ),
        (
            "main.py",
            [
                RoleReason(Role.PROD, "", "no glob of another role matches"),
                RoleReason(Overlay.COMPOSITION, "**/main.py", "default"),
            ],
        ),
        (
            "start.py",
            [
                RoleReason(Role.PROD, "", "no glob of another role matches"),
                RoleReason(Overlay.COMPOSITION, "start.py", "[tool.hive-guardian.layout] composition-roots"),
            ],
        ),
    ],
)
def test_explain_names_the_glob_and_where_it_stands(path: str, reasons: list[RoleReason]) -> None:
    """`config why` can point at the line to change."""
    layout = Layout(config_layer=("env/**",))
    if path == "start.py":
        layout = Layout(composition_roots=("start.py",))
    table = RoleTable(
        RoleSettings(
            configured={Role.TEST: ["checks/**"], Overlay.COMPOSITION: ["wire.py"]},
            layout=layout,
            component_directories=["apps/pay"],
            cli_paths=["pkg/cli.py"],
        )
    )
    assert list(table.explain(path)) == reasons


def test_explain_says_that_a_comment_decided() -> None:
    """A role that no glob gave is explained as well."""
    reason = _TABLE.explain("a.py", b"# generated, do not edit\n")[0]
    assert (reason.role, reason.glob) == (Role.GENERATED, "")
    assert "first 5 lines" in reason.origin
    reason = _TABLE.explain("a.py", b"# /// script\n# ///\n")[0]
    assert (reason.role, reason.glob, reason.origin) == (Role.SCRIPT, "", "inline script metadata (PEP 723)")
    assert _TABLE.explain("scripts/a.py", b"# /// script\n# ///\n")[0].glob == "scripts/**"
    assert _TABLE.explain("tests/a.py", b"# /// script\n# ///\n")[0].role is Role.TEST


@pytest.mark.parametrize(
    ("head", "role"),
    [
        (b"#!/usr/bin/env -S uv run\n# /// script\n# dependencies = []\n# ///\n", Role.SCRIPT),
        (b"# /// script\r\n# ///\r\n", Role.SCRIPT),
        (b"# @generated\n# /// script\n# ///\n", Role.GENERATED),
        (b"if True:\n    # /// script\n    x = 1\n", None),
        (b"# /// scripts\n", None),
        (b"# about `# /// script`\n", None),
        (b"import os\n", None),
    ],
)
def test_a_head_may_claim_a_role(head: bytes, role: Role | None) -> None:
    """A block of metadata starts a line, as the specification has it."""
    assert role_by_head(head) is role


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (b"# Generated by the protocol buffer compiler.  DO NOT EDIT!\n", True),
        (b"\xef\xbb\xbf# generated, do not edit\r\n", True),
        (b"#!/bin/sh\n# -*- coding: utf-8 -*-\n# Do not edit: this file is\n# generated by x\n", True),
        (b"# @generated by tool\n", True),
        (b"# Generated by Django 4.2 on 2024-01-01\n", False),
        (b'"""Generated, do not edit."""\n', False),
        (b"x = 'generated, do not edit'\n", False),
        (b"\n\n\n\n\n# generated, do not edit\n", False),
        (b"# do not edit the generator\n", False),
        (b"", False),
        (b"\xff\xfe\x00", False),
    ],
)
def test_looks_generated_reads_comments_of_the_first_five_lines(head: bytes, *, expected: bool) -> None:
    """Only a comment near the top that says both things counts."""
    assert looks_generated(head) is expected


def test_env_directories_finds_alembic() -> None:
    """Whole file names count, the root included."""
    assert env_directories(["env.py", "a/env.py", "b/my_env.py"]) == {"", "a"}


def test_a_role_costs_microseconds() -> None:
    """Ten thousand files with three hundred components: budget 10 microseconds a file, asserted with ample slack."""
    table = RoleTable(RoleSettings(component_directories=[f"apps/a{number}" for number in range(300)]))
    paths = [f"apps/a{number % 300}/src/pkg/deep/module_{number}.py" for number in range(10_000)]
    started = time.process_time()
    for path in paths:
        table.role(path)
        table.overlays(path)
    assert time.process_time() - started < 1.0


def test_where_pytest_collects_from_are_tests() -> None:
    """`testpaths` counts like a glob, with an origin of its own; test data are tests by default."""
    table = RoleTable(RoleSettings(test_directories=["testing"]))
    assert table.role("testing/deep/helper.py") is Role.TEST
    assert table.role("a/testing/helper.py") is Role.PROD
    assert table.role("a/test-data/helper.py") is Role.TEST
    assert table.explain("testing/a.py") == (RoleReason(Role.TEST, "testing/**", "testpaths of pytest"),)


@pytest.mark.parametrize(
    ("path", "expected"),
    [("a/_vendor/b.py", True), ("third_party/x/y.py", True), ("a/vendor.py", False), ("vendors/a.py", False)],
)
def test_copies_of_other_projects(path: str, *, expected: bool) -> None:
    """A directory above says so, not the name of the file."""
    assert is_vendored(path) is expected
