"""Runs sql/schema/014_modules.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "014"
down_revision = "013"


def upgrade():
    run_step(op.get_bind(), "014_modules")
