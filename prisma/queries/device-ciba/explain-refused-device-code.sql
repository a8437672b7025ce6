-- $1 SHA-256 of the device code  $2 client id  $3 redemption id
-- Only for a poll that got no row, and so changes nothing. `pending` is a poll that came a second time by the same message: it is
-- answered as it was. `approved`: either the grant is not alive, or the approval came while the poll waited for the row, and then
-- the same poll again gets it.
SELECT CASE WHEN state = 'redeemed' THEN 'spent'
            WHEN state IN ('denied', 'cancelled') THEN 'denied'
            WHEN state = 'expired' OR expires_at <= now() THEN 'expired'
            WHEN state = 'approved' THEN 'approved'
            WHEN poll_id = $3::uuid AND poll_too_soon THEN 'too_soon'
            ELSE 'pending' END AS outcome
  FROM device_authorization WHERE device_code_hash = $1 AND client_id = $2
