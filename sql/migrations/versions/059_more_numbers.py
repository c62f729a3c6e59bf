"""Runs sql/schema/059_more_numbers.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "059"
down_revision = "058"


def upgrade():
    run_step(op.get_bind(), "059_more_numbers")
