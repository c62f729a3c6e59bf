"""Runs sql/schema/033_refill_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "033"
down_revision = "032"


def upgrade():
    run_step(op.get_bind(), "033_refill_policies")
