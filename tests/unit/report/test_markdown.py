from hive_guardian.model.report import ErrorKind, RunError, Skipped
from hive_guardian.report.markdown import MAX_BYTES, render
from hive_guardian.report.options import RenderOptions
from tests.fakes.reports import make_finding, make_report

EXPECTED = """\
## hive-guardian: Checked 2,823 files with 3 rules&#58; 1 error (1 file skipped); INCOMPLETE

> [!CAUTION]
> The check is incomplete: this is not a result for the whole project.
> - unreadable: x.py&#58; permission denied

| findings | rule | severity | fixable |
| ---: | --- | --- | ---: |
| 1 | GR10 print-call | error |  |

<details open><summary>1 finding, the most important first</summary>

| severity | place | rule | message |
| --- | --- | --- | --- |
| error | src/shop/cart.py&#58;4 | GR10 print-call | <code>print</code> writes to &#64;you &#35;1 &#124; &#60;b&#62; |

</details>

<details><summary>1 file skipped</summary>

| file | reason |
| --- | --- |
| a.py | generated |

</details>
"""


def test_summary_states_coverage_counts_and_findings() -> None:
    """The whole page, exactly; text can neither mention people nor open markup."""
    report = make_report(
        make_finding(message="`print` writes to @you #1 | <b>"),
        errors=(RunError(ErrorKind.UNREADABLE, "permission denied", "x.py"),),
        skipped=(Skipped("a.py", "generated"),),
    )

    assert render(report, RenderOptions()) == EXPECTED


def test_summary_stays_within_what_the_forge_accepts() -> None:
    """A larger summary would be refused as a whole; the notice says what is missing."""
    findings = [make_finding(line=line, message="ü" * 400) for line in range(1, 3001)]
    skipped = tuple(Skipped(f"{number}.py", "generated") for number in range(300))
    errors = tuple(RunError(ErrorKind.UNREADABLE, "denied", f"{number}.py") for number in range(300))

    output = render(make_report(*findings, skipped=skipped, errors=errors), RenderOptions())

    assert MAX_BYTES * 0.9 < len(output.encode()) <= MAX_BYTES
    shown = output.count("| error | src/shop")
    assert f"{3000 - shown:,} more findings did not fit into this summary." in output
    assert "and 200 more files" in output
    assert "and 200 more errors" in output
