"""The dialogue: what to say, what to ask next, why, how, undo, save, resume. Knows no user interface."""
