-- $1 account id
-- Waits for everything that is just being begun or granted for this account (its foreign keys hold the row), so that the next
-- statement sees it and ends it; what comes later waits for this transaction and looks at the account anew.
SELECT id FROM account WHERE id = $1 FOR UPDATE
