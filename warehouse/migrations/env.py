"""What Alembic runs for every command: migrate over the connection that `upgrade` hands on."""

from __future__ import annotations

from alembic import context

from warehouse.migrations import VERSION_SCHEMA

context.configure(connection=context.config.attributes["connection"], version_table_schema=VERSION_SCHEMA)
with context.begin_transaction():
    context.run_migrations()
