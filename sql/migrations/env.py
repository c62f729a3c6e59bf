"""Alembic's entry: it runs the steps on the connection it is given, or on the configured database as its owner."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from crmcore.database import server


def run(connection):
    context.configure(connection=connection, transaction_per_migration=False)
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with create_engine(server.owner_url(), poolclass=NullPool).begin() as connection:
        run(connection)
