"""Runs sql/schema/063_lead_words.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "063"
down_revision = "062"


def upgrade():
    run_step(op.get_bind(), "063_lead_words")
