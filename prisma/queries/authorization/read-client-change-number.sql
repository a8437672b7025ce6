-- The number last given; for the event, which is a hint.
SELECT number::float8 AS number FROM client_change_counter
