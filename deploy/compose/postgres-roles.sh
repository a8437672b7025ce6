#!/bin/sh
# Runs once, when PostgreSQL makes its data directory: the services' roles with a login each. The migrations find them made and
# give them their rights. The passwords are files, so neither a listing of processes nor the server's log shows one.
set -eu

for service in token authorization device-ciba key-management; do
  role="tessera_$(printf %s "$service" | tr - _)"
  psql --quiet --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" --set role="$role" <<SQL
\set password \`cat /run/secrets/$service-database-password\`
SET log_statement = 'none';
SET log_min_duration_statement = -1;
CREATE ROLE :"role" LOGIN PASSWORD :'password';
SQL
done
