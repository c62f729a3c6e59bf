"""Runs sql/schema/015_messages.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "015"
down_revision = "014"


def upgrade():
    run_step(op.get_bind(), "015_messages")
