-- $1 delivery id  $2 the sealed body
-- The first body that is kept is the one that is said, at every attempt (CIB-7).
UPDATE backchannel_delivery SET body = coalesce(body, $2) WHERE id = $1::uuid RETURNING body
