-- All of them: there are as many as an organisation has teams.
SELECT name, nkeys, client_ids AS "clientIds", rights, managed_by AS "managedBy" FROM team ORDER BY name
