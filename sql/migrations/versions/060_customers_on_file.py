"""Runs sql/schema/060_customers_on_file.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "060"
down_revision = "059"


def upgrade():
    run_step(op.get_bind(), "060_customers_on_file")
