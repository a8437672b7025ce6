-- $1 name of the team
-- Asked with each request of a team, and kept nowhere: a right that was taken away ends with the next request.
SELECT name, client_ids AS "clientIds", rights FROM team WHERE name = $1
