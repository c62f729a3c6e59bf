"""Runs sql/schema/062_spelling.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "062"
down_revision = "061"


def upgrade():
    run_step(op.get_bind(), "062_spelling")
