"""Runs sql/schema/041_lead_created.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "041"
down_revision = "040"


def upgrade():
    run_step(op.get_bind(), "041_lead_created")
