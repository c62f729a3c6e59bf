"""Runs sql/schema/006_keys.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "006"
down_revision = "005"


def upgrade():
    run_step(op.get_bind(), "006_keys")
