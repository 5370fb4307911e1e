"""Comments and what is done to them: submission, thread, moderation, rules, trust, statistics."""
