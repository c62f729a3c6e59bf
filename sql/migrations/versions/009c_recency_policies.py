"""Runs sql/schema/009c_recency_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "009c"
down_revision = "009b"


def upgrade():
    run_step(op.get_bind(), "009c_recency_policies")
