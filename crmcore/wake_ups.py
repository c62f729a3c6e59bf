"""Waking the worker up: jobs kept in PostgreSQL by procrastinate, in the schema `jobs`.

A job carries ids and no more. What is to be done stands in a shop's own rows, so a job that is lost or comes twice does
no harm: the next look round finds what is due, and nothing is done twice.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import procrastinate
from procrastinate import SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from sqlalchemy import Connection, select

from crmcore.database.gate import ShopSession, global_session
from crmcore.errors import Unavailable

SEND_MESSAGES, MORNING, SEND_DIGESTS = "send_messages", "morning", "send_digests"

LANES = 4  # jobs that send one shop's messages at the same time, when there are many
A_LANE_FOR_EVERY = 100  # messages

# It is never opened: jobs go into transactions that are open already. The worker in crmcore/jobs.py has its own.
_queue = procrastinate.App(connector=SyncPsycopgConnector())


def send_messages(shop: ShopSession, count: int) -> None:
    """Have the shop's due messages sent once this transaction is committed; if it is rolled back, nothing happens."""
    for _ in range(min(LANES, 1 + count // A_LANE_FOR_EVERY)):
        _put(shop.connection, SEND_MESSAGES, shop_id=str(shop.id))


def once(task: str, **ids: Any) -> None:
    """Have `task` done, unless the same waits to be done already."""
    lock = " ".join([task, *map(str, ids.values())])
    try:
        with global_session() as connection:
            connection.execute(select(1))  # a transaction that SQLAlchemy knows nothing of would not be committed
            _put(connection, task, queueing_lock=lock, **ids)
    except AlreadyEnqueued:
        return


def _put(connection: Connection, task: str, queueing_lock: str | None = None, **ids: Any) -> None:
    with _plainly_told():
        own = connection.connection.driver_connection
        _queue.configure_task(task, queueing_lock=queueing_lock, connection=own).defer(**ids)


@contextmanager
def _plainly_told() -> Iterator[None]:
    try:
        yield
    except AlreadyEnqueued:
        raise
    except ConnectorException as error:
        raise Unavailable("The database can't be reached. Nothing was saved; try again in a moment.") from error
