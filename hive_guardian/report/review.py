"""A review in the formats it can have."""

from hive_guardian.model.review import ReviewReport
from hive_guardian.report.review_json import render_review_json
from hive_guardian.report.review_markdown import render_review_markdown
from hive_guardian.report.review_text import render_review_text

REVIEW_FORMATS = ("text", "json", "sarif", "markdown")


def render_review(form: str, report: ReviewReport, *, is_coloured: bool = False) -> str:
    """Return a review in one of `REVIEW_FORMATS`."""
    if form == "json":
        return render_review_json(report)
    if form == "markdown":
        return render_review_markdown(report)
    if form == "sarif":
        from hive_guardian.report.review_sarif import render_review_sarif  # sarif_om is slow to import

        return render_review_sarif(report)
    return render_review_text(report, is_coloured=is_coloured)
