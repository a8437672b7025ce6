SELECT remove_old_lease_audit() AS "removed"
