"""What only some formats tell: who imports whom, and where the project comes from."""

from dataclasses import replace

from hive_guardian.bootstrap import Checked, CheckRequest, survey
from hive_guardian.model.report import Report
from hive_guardian.report.options import RenderOptions


def complete_options(
    form: str, options: RenderOptions, checked: Checked, report: Report, request: CheckRequest
) -> RenderOptions:
    """Return options with the facts that a format needs besides the report.

    Args:
        form: the format.
        options: all else.
        checked: the run.
        report: as it will be rendered.
        request: what led to it.
    """
    if form == "html":
        return _with_graph(options, report, request)
    if form == "sarif":
        from hive_guardian.adapters.git.provenance import read_provenance  # only SARIF says where code comes from

        return replace(options, profile=checked.profile, provenance=read_provenance(checked.root))
    return options


def _with_graph(options: RenderOptions, report: Report, request: CheckRequest) -> RenderOptions:
    """Add the imports among the production code that was asked for; the facts the run stored are read again."""
    from hive_guardian.model.role import Role  # only the page needs these
    from hive_guardian.report.import_edges import TAG, collect_edges, name_units

    found = survey(replace(request, timed=False))
    project = found.project
    drawn = project.graph.modules if request.staged else found.wanted  # a few staged files alone are no picture
    owners = {
        path: project.components.owner(path).name
        for path in sorted(drawn)
        if path in project.graph.modules and project.files[path].role is Role.PROD
    }
    rules = {info.code for info in report.rules if TAG in info.tags}
    directories = {component.directory for component in project.components.components if component.directory}
    return replace(
        options,
        components=tuple(sorted(directories)),
        edges=collect_edges(project.graph, name_units(owners), report.findings, rules),
    )
