"""Runs sql/schema/055_lead_lists.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "055"
down_revision = "059"


def upgrade():
    run_step(op.get_bind(), "055_lead_lists")
