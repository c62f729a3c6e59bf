"""The words leads are found by: those of their names and companies, as customers are by theirs."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from crmcore.database.gate import ShopSession
from crmcore.database.sql import read_sql
from crmcore.names import words_of

SLICE = 10_000  # leads whose words one statement writes

_Named = tuple[UUID, str | None]


def write(shop: ShopSession, named: Iterable[_Named]) -> None:
    """Make these leads findable by the words of their names (name and company in one), and by older ones no longer."""
    for some in _slices(named):
        shop.run("leads/forget_words", lead_ids=[lead_id for lead_id, _ in some])
        shop.run("leads/insert_words", **_words(some))


def write_all(connection: Connection, shop_id: UUID) -> None:
    """The same for a shop whose leads have no words yet, when its database is brought up to date."""
    named = connection.execute(text(read_sql("leads/names")), {"shop_id": shop_id})
    for some in _slices(named):
        connection.execute(text(read_sql("leads/insert_words")), {"shop_id": shop_id, **_words(some)})


def _slices(named: Iterable[_Named]) -> Iterator[list[_Named]]:
    named = iter(named)
    while some := list(islice(named, SLICE)):
        yield some


def _words(some: Iterable[_Named]) -> dict[str, list[Any]]:
    pairs = [(word, lead_id) for lead_id, name in some for word in sorted(words_of(name))]
    return {"words": [word for word, _ in pairs], "lead_ids": [lead_id for _, lead_id in pairs]}
