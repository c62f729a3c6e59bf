"""Runs sql/schema/035_business.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "035"
down_revision = "034"


def upgrade():
    run_step(op.get_bind(), "035_business")
