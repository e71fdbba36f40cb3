"""A consultation: the state machine of a case, and the conversation on top of it.

No user interface lives here. The terminal app, `chat --plain`, the Python API and the tests drive the same object:

    session = mladvisor.consult("runs/resnet")
    step = session.next_step()
    session.answer(step.finding, "no")
    session.ranking, session.why(step), session.how("overfitting")
    session.say("I don't shuffle")
"""

from __future__ import annotations

from functools import cached_property

from mladvisor.consultation.dialogue import Dialogue
from mladvisor.consultation.machine import Machine
from mladvisor.consultation.turn import Turn


class Consultation(Machine):
    """One case. Make it with `consult` or `resume`."""

    def say(self, text: str) -> Turn:
        """Say something in plain words, and get what a colleague would reply; see `Dialogue`."""
        return self.dialogue.say(text)

    @cached_property
    def dialogue(self) -> Dialogue:
        """The conversation: the same for every front end."""
        return Dialogue(self)
