"""Runs sql/schema/040_lead_company.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "040"
down_revision = "045"


def upgrade():
    run_step(op.get_bind(), "040_lead_company")
