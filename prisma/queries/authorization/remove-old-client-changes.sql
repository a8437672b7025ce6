-- $1 how many at most
-- The news that a client or a resource is gone. A reader that has not asked for a day has long stopped answering, and begins
-- again with nothing.
DELETE FROM client_change
 WHERE (kind, id) IN (
   SELECT kind, id
     FROM client_change change
    WHERE changed_at < now() - interval '1 day'
      AND NOT EXISTS (SELECT FROM client WHERE change.kind = 'client' AND client.id = change.id)
      AND NOT EXISTS (SELECT FROM resource WHERE change.kind = 'resource' AND resource.identifier = change.id)
    ORDER BY number
    LIMIT $1::integer)
RETURNING kind, id
