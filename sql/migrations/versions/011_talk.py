"""Runs sql/schema/011_talk.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "011"
down_revision = "010"


def upgrade():
    run_step(op.get_bind(), "011_talk")
