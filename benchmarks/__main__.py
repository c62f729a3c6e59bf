"""`python -m benchmarks --size small`: make the data unless it is there, measure, print a table.

The data lives in a home of its own, REGULARS_HOME/benchmarks unless --home says otherwise, and is kept for next time.
"""

import argparse
import os
import platform
import sys
from pathlib import Path

from benchmarks import data
from benchmarks.timing import Ratio
from crmcore.settings import settings

PARTS = (
    "overview", "search", "writes", "visits", "visiting", "importing", "contacts", "messages", "refills", "segments",
    "health", "pipeline", "leads", "pages",
)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(prog="benchmarks")
    parser.add_argument("--size", choices=data.SIZES, default="small")
    parser.add_argument("--home", type=Path, help="where the made-up data is kept")
    parser.add_argument("--only", choices=PARTS, action="append", help="measure this part only")
    asked = parser.parse_args()
    os.environ["REGULARS_HOME"] = str(asked.home or settings().home / "benchmarks")
    for name in ("DATABASE_URL", "DATABASE_APP_URL"):
        os.environ.pop(name, None)
    settings.cache_clear()

    size = data.SIZES[asked.size]
    shops = data.make(size)
    found: list[Ratio] = []
    for part in asked.only or PARTS:
        print(f"measuring: {part}", file=sys.stderr)
        module = __import__(f"benchmarks.{part}", fromlist=["run"])
        found += module.run(shops)
    print(table(size, found))
    sys.exit(any(not ratio.kept for ratio in found))


def table(size: data.Size, found: list[Ratio]) -> str:
    """The ratios as docs/benchmarks.md shows them."""
    lines = [
        f"{size.shops} shops, {size.customers:,} customers, {size.orders:,} orders; {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, {platform.system()}.",
        "",
        "| what | measured | promised | kept | in absolute terms, on that machine |",
        "| --- | --- | --- | --- | --- |",
    ]
    for ratio in found:
        kept = "–" if ratio.bar is None else "yes" if ratio.kept else "**no**"
        lines.append(f"| {ratio.what} | {ratio.measured:.2f} | {ratio.bar or '–'} | {kept} | {ratio.detail} |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
