"""The audit log: what was done, by whom, chained by hashes."""
