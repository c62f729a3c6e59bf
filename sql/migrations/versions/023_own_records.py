"""Runs sql/schema/023_own_records.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "023"
down_revision = "021"


def upgrade():
    run_step(op.get_bind(), "023_own_records")
