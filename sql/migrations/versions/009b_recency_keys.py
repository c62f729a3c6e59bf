"""Runs sql/schema/009b_recency_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "009b"
down_revision = "009"


def upgrade():
    run_step(op.get_bind(), "009b_recency_keys")
