"""Runs sql/schema/063c_lead_word_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "063c"
down_revision = "063b"


def upgrade():
    run_step(op.get_bind(), "063c_lead_word_policies")
