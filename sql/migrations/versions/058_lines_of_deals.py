"""Runs sql/schema/058_lines_of_deals.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "058"
down_revision = "057"


def upgrade():
    run_step(op.get_bind(), "058_lines_of_deals")
