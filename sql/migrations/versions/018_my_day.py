"""Runs sql/schema/018_my_day.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "018"
down_revision = "017"


def upgrade():
    run_step(op.get_bind(), "018_my_day")
