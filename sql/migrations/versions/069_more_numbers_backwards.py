"""Runs sql/schema/069_more_numbers_backwards.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "069"
down_revision = "068"


def upgrade():
    run_step(op.get_bind(), "069_more_numbers_backwards")
