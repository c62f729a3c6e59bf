"""The board: the open stages side by side, each with how many are in it, what they are worth, and the largest ones."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession
from crmcore.metrics.measure import ALL, Some

MOST = 5  # opportunities shown of a stage; the table has all


@dataclass(frozen=True)
class Column:
    """One open stage: its sums over all that is in it, and the `deals` worth most, as in sql/pipeline/board.sql."""

    stage_id: UUID
    name: str
    probability: int
    count: int
    value: Decimal
    weighted: Decimal
    without_value: int
    deals: Sequence[RowMapping]


def columns(shop: ShopSession, some: Some = ALL, *, most: int = MOST) -> list[Column]:
    """The open stages in their order; who sees their own records only, sees these and their sums."""
    shop.who.must("see opportunities")
    told = some.told(shop)
    deals: dict[UUID, list[RowMapping]] = defaultdict(list)
    for row in shop.rows("pipeline/board", **told, most=most, today=shop.today):
        deals[row["stage_id"]].append(row)
    return [
        Column(
            row["stage_id"],
            row["stage"],
            row["probability"],
            row["opportunities"],
            row["value"],
            row["weighted"],
            row["without_value"],
            deals[row["stage_id"]],
        )
        for row in shop.rows("metrics/pipeline_by_stage", **told)
    ]


def in_all(board: Sequence[Column]) -> dict[str, Any]:
    """What all columns come to: count, value, weighted, without_value."""
    return {
        name: sum((getattr(one, name) for one in board), Decimal(0) if name in ("value", "weighted") else 0)
        for name in ("count", "value", "weighted", "without_value")
    }


def sources(shop: ShopSession) -> list[str]:
    """Where opportunities came from, by name; who sees their own records only, is told of these."""
    shop.who.must("see opportunities")
    return list(shop.run("pipeline/own_sources" if shop.who.sees_own_only else "pipeline/sources").scalars())
