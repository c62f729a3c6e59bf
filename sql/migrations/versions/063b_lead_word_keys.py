"""Runs sql/schema/063b_lead_word_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "063b"
down_revision = "063"


def upgrade():
    run_step(op.get_bind(), "063b_lead_word_keys")
