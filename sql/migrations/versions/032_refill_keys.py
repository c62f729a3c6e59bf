"""Runs sql/schema/032_refill_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "032"
down_revision = "031"


def upgrade():
    run_step(op.get_bind(), "032_refill_keys")
