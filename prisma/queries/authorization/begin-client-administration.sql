-- Within this transaction a statement may wait for its turn longer than on the path of a request.
SELECT set_config('lock_timeout', '2900ms', true)
