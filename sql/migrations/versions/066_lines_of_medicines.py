"""Runs sql/schema/066_lines_of_medicines.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "066"
down_revision = "065"


def upgrade():
    run_step(op.get_bind(), "066_lines_of_medicines")
