"""Runs sql/schema/067_contact_numbers_backwards.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "067"
down_revision = "066"


def upgrade():
    run_step(op.get_bind(), "067_contact_numbers_backwards")
