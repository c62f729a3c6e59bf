"""Runs sql/schema/${message}.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    run_step(op.get_bind(), "${message}")
