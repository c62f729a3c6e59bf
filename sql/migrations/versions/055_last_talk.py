"""Runs sql/schema/055_last_talk.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "055"
down_revision = "054"


def upgrade():
    run_step(op.get_bind(), "055_last_talk")
