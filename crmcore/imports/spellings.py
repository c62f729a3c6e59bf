"""Names that a file spells otherwise than they are called here, told to whoever imports it."""

from collections.abc import Sequence

from sqlalchemy import RowMapping

MOST_RESPELT = 10  # spellings of one thing that are told one by one


def told(respelt: Sequence[RowMapping]) -> list[str]:
    """A remark for each spelling: what is `written`, which `kind` it is, what it is `called`, in how many `rows`."""
    remarks = [
        f"{row['written']} is taken for the {row['kind']} {row['called']}, in {row['rows']:,} "
        f"{'row' if row['rows'] == 1 else 'rows'}."
        for row in respelt[:MOST_RESPELT]
    ]
    if len(respelt) > MOST_RESPELT:
        remarks.append(f"So are {len(respelt) - MOST_RESPELT:,} more spellings taken for what differs in signs only.")
    return remarks
