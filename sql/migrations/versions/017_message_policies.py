"""Runs sql/schema/017_message_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "017"
down_revision = "016"


def upgrade():
    run_step(op.get_bind(), "017_message_policies")
