"""Runs sql/schema/021_quiet_mornings.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "021"
down_revision = "009c"


def upgrade():
    run_step(op.get_bind(), "021_quiet_mornings")
