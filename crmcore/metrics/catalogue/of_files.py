"""Figures that nobody wrote into the catalogue: a file put beside the others in sql/metrics says itself what it is.

    -- Open opportunities worth more than 10,000.
    -- unit: count
    -- module: pipeline
    select count(*) as value
    from opportunities
    where shop_id = :shop_id and status = 'open' and value > 10000

Its first words are its meaning. `label`, `unit`, `better` and `module` may be said; without a unit it is a list.
"""

import re
from collections.abc import Collection
from itertools import takewhile
from pathlib import Path

from crmcore.metrics.catalogue.definition import NEITHER, OWN_GROUP, PERCENT, ROWS, UNITS, Metric

_SAID = re.compile(r"-- (label|unit|better|module): *(.+)")


def of_files(folder: Path, known: Collection[str]) -> tuple[Metric, ...]:
    """The figures of a folder, but for those that are `known`."""
    return tuple(
        _of_file(path.stem, path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.sql"))
        if path.stem not in known
    )


def _of_file(key: str, text: str) -> Metric:
    comment = list(takewhile(lambda line: line.startswith("--"), text.splitlines()))
    said = {found[1]: found[2] for line in comment if (found := _SAID.fullmatch(line.strip()))}
    means = " ".join(line.removeprefix("--").strip() for line in comment if not _SAID.fullmatch(line.strip()))
    label = said.get("label", key.replace("_", " ").capitalize())
    unit = said.get("unit", ROWS)
    return Metric(
        key=key,
        label=label,
        means=means or label,
        formula="{part} / {whole}" if unit == PERCENT else f"As sql/metrics/{key}.sql says",
        unit=unit if unit in UNITS else ROWS,
        group=OWN_GROUP,
        better=said.get("better", NEITHER),
        module=said.get("module"),
    )
