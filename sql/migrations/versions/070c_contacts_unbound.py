"""Runs sql/schema/070c_contacts_unbound.sql."""

from alembic import op

from crmcore.database.migrate import run_step

revision = "070c"
down_revision = "070b"


def upgrade():
    run_step(op.get_bind(), "070c_contacts_unbound")
