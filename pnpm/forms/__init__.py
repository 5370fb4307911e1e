"""What people may send us, and how we tell them what to mend."""
