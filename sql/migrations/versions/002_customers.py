"""Runs sql/schema/002_customers.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "002"
down_revision = "001"


def upgrade():
    run_step(op.get_bind(), "002_customers")
