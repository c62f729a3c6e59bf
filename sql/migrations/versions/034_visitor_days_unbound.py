"""Runs sql/schema/034_visitor_days_unbound.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "034"
down_revision = "030"


def upgrade():
    run_step(op.get_bind(), "034_visitor_days_unbound")
