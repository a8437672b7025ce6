-- How many keys need each key-encryption key.
SELECT key_encryption_key AS "id", count(*)::int AS "wrapped" FROM key WHERE wrapped_data_key IS NOT NULL GROUP BY 1 ORDER BY 1
