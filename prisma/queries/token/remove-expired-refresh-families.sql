-- $1 how many at most
-- Families whose tokens are gone already, so that a statement never removes more rows than it says.
DELETE FROM refresh_family
 WHERE id IN (
   SELECT f.id
     FROM refresh_family f
    WHERE f.expires_at < now() - interval '25 hours'
      AND NOT EXISTS (SELECT FROM refresh_generation g WHERE g.family_id = f.id)
    ORDER BY f.expires_at
    LIMIT $1::integer
      FOR UPDATE SKIP LOCKED)
RETURNING id
