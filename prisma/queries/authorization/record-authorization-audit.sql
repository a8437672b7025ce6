-- $1 actor kind  $2 actor name  $3 JSON array of {action, subject, detail}
-- SEC-4: in the transaction of the change.
INSERT INTO authorization_audit_event (actor_kind, actor_name, action, subject, detail)
SELECT $1, $2, action, subject, detail FROM jsonb_to_recordset($3::jsonb) AS given (action text, subject text, detail jsonb)
RETURNING subject AS id
