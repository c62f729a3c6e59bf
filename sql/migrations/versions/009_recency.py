"""Runs sql/schema/009_recency.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "009"
down_revision = "020"


def upgrade():
    run_step(op.get_bind(), "009_recency")
