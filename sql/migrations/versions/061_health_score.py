"""Runs sql/schema/061_health_score.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "061"
down_revision = "060"


def upgrade():
    run_step(op.get_bind(), "061_health_score")
