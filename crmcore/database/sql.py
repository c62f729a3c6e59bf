"""Finding the SQL files by name. SQL is source code: it stands in files under sql/, never in Python text."""

import re
from functools import cache
from pathlib import Path

_BESIDE_CHECKOUT = Path(__file__).resolve().parents[2] / "sql"
_IN_WHEEL = Path(__file__).resolve().parents[1] / "sql"
SQL_HOME = _IN_WHEEL if _IN_WHEEL.is_dir() else _BESIDE_CHECKOUT


@cache
def read_sql(name: str) -> str:
    """The text of sql/<name>.sql, e.g. read_sql("metrics/repeat_rate")."""
    return (SQL_HOME / f"{name}.sql").read_text(encoding="utf-8")


def statements(script: str) -> list[str]:
    """Cut a script into its statements, leaving $$-quoted function bodies whole; comments alone are dropped."""
    found, current = [], ""
    for position, part in enumerate(re.split(r"(?<=\$\$)|(?=\$\$)", script)):
        inside_body = position and current.count("$$") % 2 == 1
        if inside_body or part == "$$":
            current += part
            continue
        *ended, rest = re.split(r";[ \t]*(?:\n|$)", part)
        for end in ended:
            found.append(current + end)
            current = ""
        current += rest
    found.append(current)
    return [text.strip() for text in found if re.sub(r"(?m)^\s*--.*$", "", text).strip()]
