"""Runs sql/schema/016_message_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "016"
down_revision = "015"


def upgrade():
    run_step(op.get_bind(), "016_message_keys")
