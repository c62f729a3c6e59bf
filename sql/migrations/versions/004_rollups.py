"""Runs sql/schema/004_rollups.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "004"
down_revision = "003"


def upgrade():
    run_step(op.get_bind(), "004_rollups")
