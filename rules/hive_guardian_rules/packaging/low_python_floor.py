"""GR21: component that admits a Python below the minimum."""

from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import (
    Bad,
    Change,
    Check,
    Edit,
    Field,
    Finding,
    Fix,
    FixClass,
    FixContext,
    Good,
    ProjectContext,
    ProjectRule,
    PythonFloor,
    RuleOptions,
    Severity,
    UnparsableConstraint,
    UsageError,
    offer,
    python_floors,
    root_python_floor,
    show_python,
    suggest,
)
from hive_guardian_rules.packaging._floors import parse_minor, raise_floors


class LowPythonFloor(ProjectRule):
    """Component that admits a Python below the minimum.

    What: The lowest Python minor a component admits is below `min-version`, or without that option below what the
    project root admits. Caret, tilde, alternatives, wildcards and exclusions are evaluated, never matched as text; a
    minor is admitted when any patch release of it is.

    Why: A floor below what is tested is a promise nobody keeps.

    Not a finding: `^3.12`, `~=3.11`, `==3.11.*` or `>=3.11,!=3.11.3` under minimum 3.11 (`>3.10` is one: it admits
    3.10.1), a higher floor, no constraint at all (GR32), a project without minimum and without constraint at its root.

    Fix: Raise the lower bounds of the `pyproject.toml` in the style they are written in, set tools that target an older
    Python to the new one, and remove classifiers of older ones. Refused: a bound with a comment, alternatives, a
    constraint that names its Pythons (`==3.9.*`) or ends before the minimum. In other files it is advice.

    When to suppress: A component that supports older Pythons on purpose; exempt it by `exclude`.

    Differs: validate-pyproject checks the form only.

    Source: golden rule 21 of the seeds; PEP 440; Poetry's dependency specification.
    """

    code, name, title = "GR21", "low-python-floor", "Python Version Consistency"
    severity = Severity.WARNING
    tags = ("packaging", "python-version")
    fix = FixClass.UNSAFE
    checks = (
        Check("floor", Severity.WARNING, "a Python below the minimum is admitted"),
        Check("unparsable", Severity.WARNING, "the constraint does not parse"),
    )
    yields_to: ClassVar = {"floor": ("GR32",)}

    class Options(RuleOptions):
        """Options of this rule."""

        min_version: str | None = Field(
            default=None, pattern=r"^\d+\.\d+$", description="the lowest Python supported; the root's own by default"
        )

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Compare what every component declares with the minimum.

        Raises:
            UsageError: a component ends below the configured minimum, so nothing could satisfy both.
        """
        model = ctx.project.components
        root = root_python_floor(model)
        least = self._configured() or (root.minor if root else None)
        told: set[str] = set()
        for declared in python_floors(model):
            constraint = declared.constraint
            if isinstance(constraint, UnparsableConstraint):
                asked = f"component {declared.component.name} asks for Python {constraint.text!r}"
                yield _at(declared, f"{asked}, which {constraint.reason}", "unparsable", ctx)
                continue
            if self.options.min_version and least and not declared.reaches(least):
                raise UsageError(
                    f"{declared.fact.place.path}:{declared.fact.place.line}: {declared.fact.value!r} admits no Python "
                    f"from {show_python(least)} on, which rules.GR21.min-version demands; change one of them"
                )
            directory = declared.component.directory
            if least and declared.minor and declared.minor < least and directory not in told:
                told.add(directory)
                yield _low(declared, show_python(declared.minor), show_python(least), ctx)

    def render_fix(self, finding: Finding, ctx: FixContext) -> Iterator[Edit]:
        """Raise the bounds to the minimum the finding speaks of."""
        least = finding.fix.detail("minimum") if finding.fix else ""
        yield from raise_floors(ctx, parse_minor(least))

    def _configured(self) -> tuple[int, int] | None:
        if self.options.min_version is None:
            return None
        major, _, minor = self.options.min_version.partition(".")
        return int(major), int(minor)

    examples: ClassVar = (
        Bad(
            {"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.9'\n"},
            at=[("pyproject.toml", 3, 1)],
            options={"min-version": "3.11"},
            message="component x admits Python 3.9; the minimum is 3.11",
            fixed={"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n"},
        ),
        Bad(
            {
                "pyproject.toml": '# ours\n[project]\nname = "x"\nrequires-python = ">= 3.9, <4"\nclassifiers = [\n'
                '  "Programming Language :: Python :: 3",\n  "Programming Language :: Python :: 3.9",  # old\n'
                '  "Programming Language :: Python :: 3.12",\n]\n'
            },
            at=[("pyproject.toml", 4, 1)],
            options={"min-version": "3.11"},
            fixed={},
        ),
        Bad(
            {
                "pyproject.toml": '# ours\n[project]\nname = "x"\nrequires-python = ">= 3.9, <4"\nclassifiers = [\n'
                '  "Programming Language :: Python :: 3",\n  "Programming Language :: Python :: 3.9",\n'
                '  "Programming Language :: Python :: 3.10",\n  "Programming Language :: Python :: 3.12",\n]\n\n'
                '[tool.ruff]\ntarget-version = "py39"\n\n[tool.black]\ntarget-version = ["py39"]\n\n'
                '[tool.mypy]\npython_version = "3.9"\n'
            },
            at=[("pyproject.toml", 4, 1)],
            options={"min-version": "3.11"},
            fixed={
                "pyproject.toml": '# ours\n[project]\nname = "x"\nrequires-python = ">= 3.11, <4"\nclassifiers = [\n'
                '  "Programming Language :: Python :: 3",\n  "Programming Language :: Python :: 3.12",\n]\n\n'
                '[tool.ruff]\ntarget-version = "py311"\n\n[tool.black]\ntarget-version = ["py311"]\n\n'
                '[tool.mypy]\npython_version = "3.11"\n'
            },
        ),
        Bad(
            {"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.9'  # CI\n"},
            at=[("pyproject.toml", 3, 1)],
            options={"min-version": "3.11"},
            fixed={},
        ),
        Bad(
            {"pyproject.toml": "[project]\n# as long as the customer has it\nrequires-python = '>=3.9'\nname = 'x'\n"},
            at=[("pyproject.toml", 3, 1)],
            options={"min-version": "3.11"},
            fixed={},
        ),
        Bad(
            {
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.8'\n"
                "[tool.poetry.dependencies]\npython = '^3.8'\n"
            },
            at=[("pyproject.toml", 3, 1)],
            options={"min-version": "3.11"},
            fixed={
                "pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.11'\n"
                "[tool.poetry.dependencies]\npython = '^3.11'\n"
            },
        ),
        Bad(
            {"pyproject.toml": "[tool.poetry]\nname = 'x'\ndependencies = { python = '<3.12' }\n"},
            at=[("pyproject.toml", 3, 18)],
            options={"min-version": "3.11"},
            message="admits Python 2.7",
            fixed={"pyproject.toml": "[tool.poetry]\nname = 'x'\ndependencies = { python = '>=3.11,<3.12' }\n"},
        ),
        Bad(
            {
                "pyproject.toml": "[project]\nname = 'all'\nrequires-python = '>=3.11'\n",
                "packages/db/pyproject.toml": "[project]\nname = 'db'\nrequires-python = '>3.10'\n",
            },
            at=[("packages/db/pyproject.toml", 3, 1)],
            message="component packages/db admits Python 3.10",
        ),
        Bad(
            {"setup.cfg": "[metadata]\nname = x\n[options]\npython_requires = ~=3.8\n"},
            at=[("setup.cfg", 4, 1)],
            options={"min-version": "3.11"},
            fixed={},
        ),
        Bad(
            {"pyproject.toml": "[tool.poetry.dependencies]\npython = '~2.7 || ^3.11'\n"},
            at=[("pyproject.toml", 2, 1)],
            options={"min-version": "3.11"},
            fixed={},
        ),
        Bad(
            {"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '^3.11'\n"},
            at=[("pyproject.toml", 3, 1)],
            message="is not a PEP 440",
        ),
        *(
            Good(
                {"pyproject.toml": f"[project]\nname = 'x'\nrequires-python = '{text}'\n"},
                options={"min-version": "3.11"},
            )
            for text in ("~=3.11", "==3.11.*", ">=3.11,!=3.11.3", ">=3.12", ">=3.11,<4")
        ),
        Good({"pyproject.toml": "[tool.poetry.dependencies]\npython = '^3.12'\n"}, options={"min-version": "3.11"}),
        Good({"pyproject.toml": "[project]\nname = 'x'\n"}, options={"min-version": "3.11"}),
        Good({"a/pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.8'\n"}),
        Good({"pyproject.toml": "[project]\nname = 'x'\nrequires-python = '>=3.8'\n"}),
    )


def _low(declared: PythonFloor, lowest: str, least: str, ctx: ProjectContext) -> Finding:
    message = f"component {declared.component.name} admits Python {lowest}; the minimum is {least}"
    title = f"raise the lower bound to {least}"
    is_editable = declared.fact.place.path.endswith(".toml")
    return _at(
        declared,
        message,
        "floor",
        ctx,
        offer(title, changes={Change.LOCK}, minimum=least) if is_editable else suggest(title),
    )


def _at(declared: PythonFloor, message: str, check: str, ctx: ProjectContext, fix: Fix | None = None) -> Finding:
    """Return the finding at the key that declares the constraint."""
    return ctx.finding(
        ctx.at(declared.fact.place),
        message,
        check=check,
        symbol=declared.component.name,
        anchor=f"python {declared.fact.value}",
        fix=fix,
    )
