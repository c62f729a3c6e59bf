"""One import under way: the set-based statements in sql/imports, run one after the other."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession, new_id
from crmcore.imports.plan import Plan
from crmcore.imports.staging import Progress

_STARTS = ("id_start", "customer_start", "product_start", "tag_start", "change_start")


@dataclass
class Job:
    """What the statements need: the shop, the plan, and the import's id and first digits of the ids it makes."""

    shop: ShopSession
    plan: Plan
    import_id: UUID
    progress: Progress

    def __post_init__(self) -> None:
        # A new row's id is these 24 digits and its row number in 8: ordered by time and row, made by the application.
        # What one row makes besides (its customer, its product) has digits of its own: ids are never shared.
        self.parameters: dict[str, Any] = {
            "import_id": self.import_id,
            **{start: new_id().hex[:24] for start in _STARTS},
            "now": self.shop.now,
            "today": self.shop.today,
            "staff_id": self.shop.who.staff_id,
        }

    def has(self, *fields: str) -> bool:
        """Whether one of these fields is matched to a column."""
        return any(field in self.plan.columns for field in fields)

    def run(self, name: str, of: str | None = None) -> Any:
        """Execute sql/imports/<noun>/<name>.sql, or what several nouns share: of="buyers"."""
        return self.shop.run(f"imports/{of or self.plan.noun}/{name}", **self.parameters)

    def rows(self, name: str) -> list[RowMapping]:
        return list(self.run(name).mappings())
