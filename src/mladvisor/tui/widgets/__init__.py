"""What the screens are made of. Each draws plain data and posts messages; none knows the consultation."""
