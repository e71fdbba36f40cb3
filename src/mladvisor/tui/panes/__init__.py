"""What each pane of a consultation says: plain data in, lines of cells out, for a width. No Textual, no judgement."""
