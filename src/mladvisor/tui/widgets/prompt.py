"""The line that is typed in."""

from __future__ import annotations

from textual import events
from textual.widgets import Input


class Prompt(Input):
    """A line that is empty as soon as it is sent: what is typed before it was read is the next sentence.

    Textual inserts a letter at once, and lets other keys bubble to the app, which looks for their bindings: letters
    that come meanwhile would overtake an enter. So this line carries out its own keys itself, in their order.
    """

    async def on_key(self, event: events.Key) -> None:
        """Carry out a key that is bound here before the next one is looked at."""
        for binding in self._bindings.key_to_bindings.get(event.key, ()):
            if not event.is_printable and await self.app.run_action(binding.action, self):
                event.stop()
                event.prevent_default()
                return

    async def action_submit(self) -> None:
        """Send the line. Who receives it may be busy, so that the line is emptied here and not there."""
        words = self.value
        self.clear()
        self.post_message(self.Submitted(self, words))

    def on_paste(self, event: events.Paste) -> None:
        """Take all lines of what is pasted, as one."""
        event.prevent_default()
        event.stop()
        self.insert_text_at_cursor(" ".join(event.text.split()))
