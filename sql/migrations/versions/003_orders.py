"""Runs sql/schema/003_orders.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "003"
down_revision = "002"


def upgrade():
    run_step(op.get_bind(), "003_orders")
