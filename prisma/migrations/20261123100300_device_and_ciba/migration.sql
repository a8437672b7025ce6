-- Owner: device-ciba, the service and its worker. What the columns mean stands in prisma/schema/device-ciba.prisma.

CREATE TABLE device_ciba_audit_event (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at         timestamptz NOT NULL DEFAULT now(),
  actor_kind text NOT NULL,
  actor_name text NOT NULL,
  action     text NOT NULL,
  subject    text NOT NULL,
  detail     jsonb NOT NULL DEFAULT '{}'
);

GRANT SELECT, INSERT ON device_ciba_audit_event TO tessera_device_ciba;
