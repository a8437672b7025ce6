-- $1 client id  $2 jwks_uri the keys came from  $3 claim  $4 JSON array of keys
-- Nothing happens when the client has another jwks_uri by now, or a later claim was given. Other keys than before are an act of
-- the client and audited as such (SEC-4).
WITH before AS (
  SELECT k.client_id, k.keys IS DISTINCT FROM $4::jsonb AS changed
    FROM client_key_set k JOIN client c ON c.id = k.client_id
   WHERE k.client_id = $1 AND k.source = 'uri' AND c.jwks_uri = $2 AND k.attempted_at = $3::timestamptz
     FOR UPDATE OF k),
stored AS (
  UPDATE client_key_set k
     SET keys = $4::jsonb, fetched_at = now(), failure = NULL
    FROM before
   WHERE k.client_id = before.client_id
  RETURNING k.client_id),
audited AS (
  INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
  SELECT 'client', client_id, 'client-key-set.changed', client_id,
         jsonb_build_object('jwksUri', $2::text, 'kids', (SELECT coalesce(jsonb_agg(key -> 'kid'), '[]') FROM jsonb_array_elements($4::jsonb) AS key))
    FROM before WHERE changed)
SELECT before.changed FROM before JOIN stored USING (client_id)
