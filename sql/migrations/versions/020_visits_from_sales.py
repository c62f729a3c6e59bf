"""Runs sql/schema/020_visits_from_sales.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "020"
down_revision = "019"


def upgrade():
    run_step(op.get_bind(), "020_visits_from_sales")
