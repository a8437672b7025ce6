-- $1 SHA-256 of the auth_req_id  $2 client id  $3 redemption id
-- Only for a poll that got no row, and so changes nothing. `approved`: it was decided while the poll waited for its row, or its grant
-- is no longer alive; asking once more tells which. `pending`: the poll came a second time by the same message.
SELECT CASE WHEN state = 'redeemed' THEN 'used'
            WHEN state IN ('denied', 'cancelled') THEN 'denied'
            WHEN state = 'expired' OR expires_at <= now() THEN 'expired'
            WHEN state = 'approved' THEN 'approved'
            WHEN poll_id = $3::uuid AND poll_too_soon THEN 'slow_down'
            ELSE 'pending' END AS outcome
  FROM backchannel_authentication_request WHERE auth_req_id_hash = $1 AND client_id = $2
