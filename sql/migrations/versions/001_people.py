"""Runs sql/schema/001_people.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "001"
down_revision = None


def upgrade():
    run_step(op.get_bind(), "001_people")
