"""Runs sql/schema/064_lead_word_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "064"
down_revision = "063"


def upgrade():
    run_step(op.get_bind(), "064_lead_word_keys")
