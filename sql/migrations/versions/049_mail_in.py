"""Runs sql/schema/049_mail_in.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "049"
down_revision = "041"


def upgrade():
    run_step(op.get_bind(), "049_mail_in")
