"""The file a rule begins as: it works, keeps its own examples, and every line of it is there to be replaced."""

import re

from hive_guardian.model.errors import UsageError

_CODE = re.compile(r"[A-Z][A-Z0-9]*[A-Z][0-9]{1,4}|[A-Z][0-9]{1,4}")
_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_FAMILY = re.compile(r"[a-z][a-z0-9-]*")

_PAGE = '''\
    """{title}.

    What: {what}

    Why: say what goes wrong for whom when nobody reports it.

    Not a finding: {not_a_finding}

    Fix: say what to write instead.

    When to suppress: name the one situation in which the reader is right and the rule is not.
    """

    code, name, title = "{code}", "{slug}", "{heading}"
    severity = Severity.WARNING
    tags = ("{family}",)
'''

_FILE_RULE = '''\
"""{code}: {slug}."""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from hive_guardian import Bad, Field, FileContext, FileRule, Finding, Good, ResolvedCall, RuleOptions, Severity, on


class {name}(FileRule):
{page}
    class Options(RuleOptions):
        """Options of this rule."""

        calls: dict[str, str] = Field(default={{"pdb.set_trace": "a test"}}, description="call -> what to use instead")

    options: Options

    def call_table(self) -> Mapping[str, str]:
        """Return the calls to report; names are resolved, so aliases count and shadowed names do not."""
        return self.options.calls

    @on(ResolvedCall)
    def check_call(self, call: ResolvedCall, ctx: FileContext) -> Iterator[Finding]:
        """Report one call of the table."""
        yield ctx.finding(call.node.func, f"`{{call.name}}` is not for production; use {{call.payload}}")

    examples: ClassVar = (
        Bad("import pdb\\npdb.set_trace()\\n", at=[(2, 1)], message="use a test"),
        Bad("from pdb import set_trace as stop\\ndef f():\\n    stop()\\n", at=[(3, 5)]),
        Bad("import acme\\nacme.old()\\n", at=[(2, 1)], options={{"calls": {{"acme.old": "acme.new"}}}}),
        Good("def f(pdb):\\n    pdb.set_trace()\\n"),
        Good("note = 'pdb.set_trace()'\\n"),
    )
'''

_PROJECT_RULE = '''\
"""{code}: {slug}."""

from collections.abc import Iterator
from typing import ClassVar

from hive_guardian import Bad, Field, Finding, Good, Location, ProjectContext, ProjectRule, RuleOptions, Severity


class {name}(ProjectRule):
{page}
    class Options(RuleOptions):
        """Options of this rule."""

        modules: tuple[str, ...] = Field(default=("legacy",), description="top-level modules that nobody may import")

    options: Options

    def check(self, ctx: ProjectContext) -> Iterator[Finding]:
        """Report each import of such a module, where it stands."""
        for one in ctx.project.graph.externals_below(self.options.modules):
            if ctx.reports_on(one.importer):
                fact = one.fact
                place = Location(one.importer, fact.line, fact.column, fact.end_line, fact.end_column)
                module = ctx.project.files[one.importer].module
                yield ctx.finding(place, f"{{module}} imports {{one.target}}", symbol=module, anchor=one.target)

    examples: ClassVar = (
        Bad({{"shop/a.py": "import legacy\\n", "shop/b.py": ""}}, at=[("shop/a.py", 1, 1)], message="imports legacy"),
        Bad({{"shop/a.py": "from acme import x\\n"}}, at=[("shop/a.py", 1, 1)], options={{"modules": ["acme"]}}),
        Good({{"shop/a.py": "import modern\\n"}}),
        Good({{"shop/a.py": "import legacy\\n", "legacy.py": ""}}),
    )
'''


def rule_file(code: str, slug: str, *, family: str, for_project: bool) -> tuple[str, str]:
    """Return the name and the text of a new rule's file.

    Args:
        code: its id.
        slug: names the pattern found, kebab-case.
        family: its first tag.
        for_project: a rule over the whole project instead of over each file.

    Raises:
        UsageError: the id, the slug or the family is not written as one.
    """
    for word, pattern, what in (
        (code, _CODE, "an id such as ACME01"),
        (slug, _SLUG, "a slug such as bare-except"),
        (family, _FAMILY, "a family such as local"),
    ):
        if not pattern.fullmatch(word):
            raise UsageError(f"{word!r} is not {what}")
    name = "".join(part.capitalize() for part in slug.split("-"))
    heading = slug.replace("-", " ").title()
    page = _PAGE.format(
        title=slug.replace("-", " ").capitalize(),
        what="an import of a module that nobody may use." if for_project else "a call of one of the listed functions.",
        not_a_finding="a module of the project itself." if for_project else "a name that means something else here.",
        code=code, slug=slug, heading=heading, family=family,
    )  # fmt: skip
    template = _PROJECT_RULE if for_project else _FILE_RULE
    return f"{slug.replace('-', '_')}.py", template.format(code=code, slug=slug, name=name, page=page)
