"""Microsoft's SARIF multitool as referee: `make oracles`. Needs npm, and the npm registry once."""

import json
import shutil
import stat
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from hive_guardian.report.line_hash import hash_lines
from hive_guardian.report.options import Provenance, RenderOptions, SarifTarget
from hive_guardian.report.sarif import render
from tests.fakes.reports import CART, make_varied_report

pytestmark = pytest.mark.oracle

VERSION = "5.7.0"

# Remarks of the tool that are accepted, each with its reason. An entry that no longer applies fails.
ACCEPTED = {
    "SARIF2002": "wants message ids; GitHub code scanning (GH1015) needs the text itself",
    "SARIF2005": "wants an address of the product; there is none yet that a reader could open",
    "SARIF2006": "asks whether addresses answer; the check runs offline",
    "SARIF2010": "wants snippets of code; they would repeat the source, credentials included, in every upload",
    "SARIF2011": "wants context regions, as SARIF2010",
    "SARIF2012": "wants rule names in Pascal case; ours are the slugs that configuration and suppressions use",
}


@pytest.fixture(scope="module")
def multitool(request: pytest.FixtureRequest) -> Path:
    """Return the native program, installed once into the cache of pytest."""
    folder = Path(request.config.cache.mkdir(f"sarif-multitool-{VERSION}"))
    program = folder / "node_modules" / "@microsoft" / "sarif-multitool-linux" / "Sarif.Multitool"
    if not program.exists():
        npm = shutil.which("npm")
        assert npm, "this oracle needs npm"
        package = f"@microsoft/sarif-multitool-linux@{VERSION}"
        subprocess.run([npm, "install", "--no-fund", "--no-audit", "--prefix", str(folder), package], check=True)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)  # npm skips the step of the package that does this
    return program


def run_validation(program: Path, folder: Path, options: RenderOptions) -> Counter[tuple[str, str]]:
    """Return the remarks of the tool on our output, as (level, rule); its exit code says nothing."""
    log, verdict = folder / "out.sarif", folder / "verdict.sarif"
    log.write_text(render(make_varied_report(), options), encoding="utf-8")
    levels = ["--rule-kind", "Sarif;Gh", "--level", "Error;Warning;Note"]
    command: list[str | Path] = [program, "validate", log, *levels, "-o", verdict, "--log", "ForceOverwrite"]
    subprocess.run(command, check=True, capture_output=True)
    (run,) = json.loads(verdict.read_text(encoding="utf-8"))["runs"]
    assert run["invocations"][0]["executionSuccessful"]
    return Counter((result.get("level", "warning"), result["ruleId"]) for result in run["results"])


@pytest.mark.parametrize("target", list(SarifTarget))
def test_multitool_finds_no_error(multitool: Path, tmp_path: Path, target: SarifTarget) -> None:
    """There is no error, and each other remark is known with its reason and still made."""
    provenance = Provenance("https://git.example/a/b", "ab" * 20, "main")

    remarks = run_validation(
        multitool, tmp_path, RenderOptions(show_all=True, sarif_target=target, provenance=provenance)
    )

    assert "error" not in {level for level, _ in remarks}
    assert {rule for _, rule in remarks} == set(ACCEPTED)


@pytest.mark.parametrize(
    "source",
    [
        CART,
        CART.replace("\n", "\r\n"),
        "a\rb\r\rc",
        "x = 1\ufeff\n\tx = '😀'\n" * 40,
        "x" * 500 + "\n \n" + "y\n" * 120,
        "",
    ],
)
def test_multitool_computes_the_same_line_hashes(multitool: Path, tmp_path: Path, source: str) -> None:
    """Alerts keep their identity whether we or the uploading action computed the hash."""
    (tmp_path / "source.py").write_text(source, encoding="utf-8", newline="")
    lines = len(hash_lines(source))
    log, rewritten = tmp_path / "in.sarif", tmp_path / "out.sarif"
    base = {"SRC": {"uri": tmp_path.as_uri() + "/"}}
    results = [
        {
            "ruleId": "X1",
            "message": {"text": "x"},
            "locations": [
                {
                    "physicalLocation": {
                        "artifactLocation": {"uri": "source.py", "uriBaseId": "SRC"},
                        "region": {"startLine": line},
                    }
                }
            ],
        }
        for line in range(1, lines + 1)
    ]
    run = {"tool": {"driver": {"name": "x"}}, "originalUriBaseIds": base, "results": results}
    log.write_text(json.dumps({"version": "2.1.0", "runs": [run]}), encoding="utf-8")

    options = ["--insert", "RollingHashPartialFingerprints", "--log", "ForceOverwrite"]
    subprocess.run([multitool, "rewrite", log, *options, "-o", rewritten], check=True, capture_output=True)

    (result,) = json.loads(rewritten.read_text(encoding="utf-8"))["runs"]
    theirs = [item["partialFingerprints"]["primaryLocationLineHash"] for item in result["results"]]
    assert theirs == hash_lines(source)
