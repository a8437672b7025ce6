-- $1 id  $2 account id
-- While it is still of the person the delivery is for: a browser may have changed hands since the delivery was written.
SELECT endpoint, p256dh, auth_secret AS "authSecret" FROM push_subscription WHERE id = $1::uuid AND account_id = $2
