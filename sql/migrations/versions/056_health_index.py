"""Runs sql/schema/056_health_index.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "056"
down_revision = "055"


def upgrade():
    run_step(op.get_bind(), "056_health_index")
