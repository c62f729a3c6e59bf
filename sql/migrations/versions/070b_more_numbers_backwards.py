"""Runs sql/schema/070b_more_numbers_backwards.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "070b"
down_revision = "070"


def upgrade():
    run_step(op.get_bind(), "070b_more_numbers_backwards")
