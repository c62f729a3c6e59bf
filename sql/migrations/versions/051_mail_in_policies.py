"""Runs sql/schema/051_mail_in_policies.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "051"
down_revision = "050"


def upgrade():
    run_step(op.get_bind(), "051_mail_in_policies")
