"""Runs sql/schema/031_refills.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "031"
down_revision = "027"


def upgrade():
    run_step(op.get_bind(), "031_refills")
