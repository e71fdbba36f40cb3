"""Other tools of the field on the same labelled runs; see README.md."""
