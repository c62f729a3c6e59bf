"""What the importers of several nouns write alike."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import RowMapping

from crmcore.database.gate import ShopSession
from crmcore.imports.staging import copy_rows
from crmcore.names import words_of


def write_words(shop: ShopSession, customers: Iterable[RowMapping]) -> None:
    """Make these customers (id, name) findable by the words of their names, and of their people's, many at once; old
    words go first."""
    named: list[Mapping[Any, Any]] = list(customers)
    if not named:
        return
    shop.run("imports/stage_words")
    copy_rows(shop, "sheet_words", ("customer_id",), ((customer["id"],) for customer in named))
    shop.run("imports/forget_words")
    people = shop.rows("imports/names_of_people")
    named += [{"id": row["customer_id"], "name": row["name"]} for row in people]
    words = ((word, customer["id"]) for customer in named for word in sorted(words_of(customer["name"])))
    copy_rows(shop, "sheet_words", ("word", "customer_id"), words)
    shop.run("imports/insert_words")
    shop.run("imports/drop_words")
