"""Runs sql/schema/057_lead_lists.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "057"
down_revision = "056"


def upgrade():
    run_step(op.get_bind(), "057_lead_lists")
