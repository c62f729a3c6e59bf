"""Runs sql/schema/010_visits.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "010"
down_revision = "007"


def upgrade():
    run_step(op.get_bind(), "010_visits")
