"""What `flask doctor` finds: checks from inside, a probe from outside."""
