-- $1 SHA-256 of the auth_req_id  $2 seconds a poll may come early
-- CIBA Core §10.1.1: a poll that may wait for the decision. Counted now, because its answer comes later; one that comes too soon is
-- not held, and is told so when it is redeemed. Who holds the auth_req_id learns from it no more than a number without meaning.
UPDATE backchannel_authentication_request
   SET polled_at = now(), poll_held = true
 WHERE auth_req_id_hash = $1 AND long_polling AND delivery_mode <> 'push' AND state = 'pending' AND expires_at > clock_timestamp()
   AND (polled_at IS NULL OR now() >= polled_at + make_interval(secs => interval_seconds - $2::float8))
RETURNING id, extract(epoch FROM expires_at - now())::float8 AS "secondsLeft"
