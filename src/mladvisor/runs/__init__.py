"""Files in, `Run` out. Knows nothing of rules and causes."""
