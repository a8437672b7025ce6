-- What is open, and for how long the oldest has been.
SELECT count(*)::integer AS waiting, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS "oldestSeconds"
  FROM web_push_delivery WHERE settled_at IS NULL AND expires_at > now()
