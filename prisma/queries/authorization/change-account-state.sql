-- $1 account id  $2 enabled, or null for as it is  $3 locked, or null for as it is
-- No row: there is nothing to change.
UPDATE account
   SET enabled = coalesce($2::boolean, enabled),
       locked_at = CASE WHEN coalesce($3::boolean, locked_at IS NOT NULL) THEN coalesce(locked_at, now()) END,
       updated_at = now()
 WHERE id = $1
   AND (enabled <> coalesce($2::boolean, enabled) OR (locked_at IS NOT NULL) <> coalesce($3::boolean, locked_at IS NOT NULL))
RETURNING id
