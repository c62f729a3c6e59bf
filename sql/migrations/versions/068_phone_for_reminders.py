"""Runs sql/schema/068_phone_for_reminders.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "068"
down_revision = "067"


def upgrade():
    run_step(op.get_bind(), "068_phone_for_reminders")
