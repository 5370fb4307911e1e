"""Mail: the outbox, in which it waits, and the server that takes it."""
