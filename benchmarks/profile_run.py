"""Where a cold check spends its time: `python -m benchmarks.profile_run [TREE] [--sort cumulative]`.

Runs the command in this process under cProfile, which triples the time and overstates small functions: read the order,
not the seconds.
"""

import argparse
import contextlib
import cProfile
import io
import pstats
import sys
from pathlib import Path

from benchmarks.fetch import cache_root
from benchmarks.trees import DJANGO, QUICK_LINES, load_part, load_source


def profile_check(root: Path) -> cProfile.Profile:
    """Check a tree in this process, output discarded, and return what was recorded."""
    from hive_guardian.cli import main  # here: the harness also runs where the tool cannot be imported

    profile = cProfile.Profile()
    arguments = ["hive-guardian", "check", "--isolated", "--level", "INFO", "--no-cache", "--jobs", "1", "."]
    before = sys.argv
    sys.argv = arguments
    try:
        discarded = io.TextIOWrapper(io.BytesIO())
        with contextlib.chdir(root), contextlib.redirect_stdout(discarded), contextlib.suppress(SystemExit):
            profile.runcall(main)
    finally:
        sys.argv = before
    return profile


def main() -> None:
    """Print the most expensive functions."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile_run", description=__doc__)
    parser.add_argument("tree", nargs="?", type=Path, help="folder to check (default: Django)")
    parser.add_argument("--quick", action="store_true", help="a part of Django")
    parser.add_argument("--sort", default="tottime", choices=("tottime", "cumulative", "ncalls"))
    parser.add_argument("--top", type=int, default=40, help="rows to print")
    options = parser.parse_args()
    cache = cache_root()
    if options.tree is not None:
        root = options.tree
    elif options.quick:
        root = load_part(DJANGO, QUICK_LINES, cache).root
    else:
        root = load_source(DJANGO, cache).root
    pstats.Stats(profile_check(root)).strip_dirs().sort_stats(options.sort).print_stats(options.top)


if __name__ == "__main__":
    main()
