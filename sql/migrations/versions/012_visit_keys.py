"""Runs sql/schema/012_visit_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "012"
down_revision = "011"


def upgrade():
    run_step(op.get_bind(), "012_visit_keys")
