"""ACME02: import of one feature by another."""

from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import Bad, Field, Finding, Good, Location, ProjectContext, ProjectRule, RuleOptions, Severity


class FeatureImport(ProjectRule):
    """Import of one feature by another.

    What: A module of one package below `features` imports a module of another one, directly.

    Why: Features are deleted, sold and released one by one; what they share belongs below them.

    Not a finding: Imports inside one feature, imports of what lies outside of all features.

    Fix: Move what both need to a package that is no feature.

    When to suppress: While a feature is split in two.
    """

    code, name, title = "ACME02", "feature-import", "Features Know Nothing of Each Other"
    severity = Severity.ERROR
    tags = ("acme", "layering")

    class Options(RuleOptions):
        """Options of this rule."""

        package: str = Field(default="features", description="dotted name of the package that holds the features")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Report each import from one feature to another, where it stands."""
        for edge in ctx.project.graph.edges:
            importer, imported = (ctx.project.files[path].module for path in (edge.importer, edge.imported))
            ours, theirs = self._feature(importer), self._feature(imported)
            if ours and theirs and ours != theirs and ctx.reports_on(edge.path):
                fact = edge.fact
                place = Location(edge.path, fact.line, fact.column, fact.end_line, fact.end_column)
                message = f"feature {ours} imports {imported}, which is part of {theirs}"
                yield ctx.finding(place, message, symbol=importer, anchor=imported)

    def _feature(self, module: str) -> str:
        """Return the feature a module belongs to, empty for none."""
        prefix = f"{self.options.package}."
        return module.removeprefix(prefix).partition(".")[0] if module.startswith(prefix) else ""

    examples: ClassVar = (
        Bad(
            {"features/__init__.py": "", "features/cart/a.py": "from features.mail import send\n",
             "features/mail/send.py": ""},
            at=[("features/cart/a.py", 1, 1)],
            message="feature cart imports features.mail.send, which is part of mail",
        ),
        Bad(
            {"parts/__init__.py": "", "parts/a/x.py": "import parts.b.y as y\n", "parts/b/y.py": ""},
            at=[("parts/a/x.py", 1, 1)],
            options={"package": "parts"},
        ),
        Good({"features/cart/a.py": "from features.cart import b\n", "features/cart/b.py": ""}),
        Good({"features/cart/a.py": "import shared\n", "shared.py": "import features.mail.send\n",
              "features/mail/send.py": ""}),
    )  # fmt: skip
