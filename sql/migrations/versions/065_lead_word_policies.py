"""Runs sql/schema/065_lead_word_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "065"
down_revision = "064"


def upgrade():
    run_step(op.get_bind(), "065_lead_word_policies")
