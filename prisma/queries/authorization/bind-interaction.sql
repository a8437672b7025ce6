-- $1 interaction id  $2 SHA-256 of the browser cookie
-- UIX-3: the first browser that comes back with the handle is the one that began it; it stays that one.
UPDATE interaction SET browser_hash = $2 WHERE id = $1::uuid AND browser_hash IS NULL RETURNING id
