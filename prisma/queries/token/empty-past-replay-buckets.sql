SELECT empty_past_replay_buckets() AS emptied
