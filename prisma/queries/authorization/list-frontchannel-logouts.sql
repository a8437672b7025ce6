-- $1 session id  $2 how many at most
-- Front-Channel Logout §3: the addresses of the clients somebody was signed in to in this session.
SELECT DISTINCT c.registration ->> 'frontchannelLogoutUri' AS uri
  FROM authorization_grant g
  JOIN client c ON c.id = g.client_id
 WHERE g.session_id = $1::uuid AND c.enabled AND c.registration ->> 'frontchannelLogoutUri' IS NOT NULL
 ORDER BY 1
 LIMIT $2::integer
