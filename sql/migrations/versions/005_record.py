"""Runs sql/schema/005_record.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "005"
down_revision = "004"


def upgrade():
    run_step(op.get_bind(), "005_record")
