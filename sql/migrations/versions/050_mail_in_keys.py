"""Runs sql/schema/050_mail_in_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "050"
down_revision = "049"


def upgrade():
    run_step(op.get_bind(), "050_mail_in_keys")
