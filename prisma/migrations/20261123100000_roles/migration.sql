-- One role per service (PGS-4). They cannot log in by themselves: a deployment gives them LOGIN and a password, or makes its
-- own login a member. Roles belong to the whole cluster, so several databases may be making them at the same moment: the
-- unique index of the catalogue makes the later one wait, and then find the role made.
DO $$
DECLARE
  service_role text;
BEGIN
  FOREACH service_role IN ARRAY ARRAY['tessera_authorization', 'tessera_token', 'tessera_device_ciba', 'tessera_key_management'] LOOP
    -- Looked up first, so that an owner without CREATEROLE can migrate where an administrator made the roles.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = service_role) THEN
      BEGIN
        EXECUTE format('CREATE ROLE %I NOLOGIN', service_role);
      EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
      END;
    END IF;
  END LOOP;
END
$$;

-- Nothing is anybody's by default; every right is a line of a migration.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO tessera_authorization, tessera_token, tessera_device_ciba, tessera_key_management;

-- Every service waits for its schema before it serves. Prisma's shadow database has no such table.
DO $$
BEGIN
  IF to_regclass('public._prisma_migrations') IS NOT NULL THEN
    GRANT SELECT ON public._prisma_migrations TO tessera_authorization, tessera_token, tessera_device_ciba, tessera_key_management;
  END IF;
END
$$;
