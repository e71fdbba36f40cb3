"""Everything a person can do in the app: one registry that feeds keys, footer, help, palette and slash commands.

Ids are stable: a key map in the settings file names them. `docs/keys.md` is made from this table, and a test compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Action(NamedTuple):
    """One thing to do.

    Attributes:
        id: stable name, as in a key map.
        keys: default keys in Textual's spelling, comma separated; the first is shown.
        label: one or two words for the footer.
        verb: what the palette and the help call it, as an order.
        call: the Textual action it runs.
        screens: where it works; empty means everywhere.
        footer: whether the footer shows it; entries of one `group` share a place.
        slash: the slash command of the prompt, without its slash.
        urgent: is carried out before keys that were typed after it are passed on.
    """

    id: str
    keys: str
    label: str
    verb: str
    call: str
    screens: tuple[str, ...] = ()
    footer: bool = False
    group: str = ""
    slash: str = ""
    urgent: bool = False

    @property
    def area(self) -> str:
        """The first part of the id, for grouping."""
        return self.id.split(".", 1)[0]


_TALK = ("consultation",)
_PLOTS = ("plots",)
_BOTH = ("consultation", "plots")
_LISTS = ("home", "rules")

ACTIONS: tuple[Action, ...] = (
    Action("answer.yes", "y", "yes", "Answer yes", "answer('yes')", _TALK, True, "Answer"),
    Action("answer.probably", "Y", "probably", "Answer probably", "answer('probably')", _TALK, False, "Answer"),
    Action("answer.unsure", "u", "unsure", "Answer unsure", "answer('unsure')", _TALK, True, "Answer"),
    Action(
        "answer.probably-not",
        "N",
        "probably not",
        "Answer probably not",
        "answer('probably-not')",
        _TALK,
        False,
        "Answer",
    ),
    Action("answer.no", "n", "no", "Answer no", "answer('no')", _TALK, True, "Answer"),
    Action("answer.skip", "s", "skip", "Skip this question", "answer('skip')", _TALK, True, "Answer", "skip"),
    Action("answer.choice", "1,2,3,4,5,6,7,8,9", "choice", "Give or pick the numbered answer", "choose", _TALK),
    Action("answer.enter", "enter", "Note", "Note what is picked, or show how sure", "enter", _TALK),
    Action("answer.undo", "z,ctrl+z", "Undo", "Take the last answer back", "undo", _TALK, True, slash="undo"),
    Action("answer.say", "i,colon,slash", "Say it", "Say it in your own words", "prompt", _TALK, urgent=True),
    Action("explain.why", "w", "Why ask", "Say why this is asked", "why", _TALK, True, slash="why"),
    Action(
        "explain.how",
        "h",
        "How sure",
        "Show how the selected cause got its number",
        "how",
        _TALK,
        True,
        slash="how",
    ),
    Action("explain.what-if", "x", "What if", "Try an answer without noting it", "what_if", _TALK, slash="whatif"),
    Action(
        "explain.page",
        "d,f3",
        "Explain",
        "Explain the selected cause from the start",
        "explain",
        _TALK,
        slash="explain",
    ),
    Action("cause.next", "j,down", "Next", "Select the next cause", "select(1)", _TALK, True, "Select"),
    Action("cause.previous", "k,up", "Previous", "Select the previous cause", "select(-1)", _TALK, True, "Select"),
    Action("cause.rule-out", "X", "Rule out", "Rule the selected cause out", "rule_out", _TALK, slash="ruleout"),
    Action(
        "evidence.next",
        "right_square_bracket",
        "Next evidence",
        "Show the next piece of evidence",
        "evidence(1)",
        _BOTH,
    ),
    Action(
        "evidence.previous",
        "left_square_bracket",
        "Previous evidence",
        "Show the previous piece of evidence",
        "evidence(-1)",
        _BOTH,
    ),
    Action("pane.next", "full_stop", "Next pane", "Show the next pane", "pane(1)", _TALK),
    Action("pane.previous", "comma", "Previous pane", "Show the previous pane", "pane(-1)", _TALK),
    Action("pane.maximise", "f", "Full", "Enlarge the pane, or put it back", "enlarge", _TALK),
    Action("view.plots", "p", "Plots", "Open the plots", "plots", _TALK, True, slash="plot"),
    Action(
        "view.tables",
        "t",
        "Tables",
        "Open findings, measurements, columns",
        "tables",
        _TALK,
        slash="values",
    ),
    Action("view.report", "e", "Report", "Open the report", "report", _TALK, True, slash="report"),
    Action("view.rules", "R", "Rules", "Browse the rules", "rules", ("consultation", "home"), False, slash="rule"),
    Action("plot.log", "l", "Log", "Switch the logarithmic scale", "toggle_log", _BOTH, True),
    Action("plot.smooth", "m", "Smooth", "Smooth the curves more, or not at all", "smooth", _PLOTS, True),
    Action("plot.zoom-in", "plus,equals_sign", "Zoom in", "Zoom in", "zoom(0.5)", _PLOTS, True, "Zoom"),
    Action("plot.zoom-out", "minus", "Zoom out", "Zoom out", "zoom(2.0)", _PLOTS, True, "Zoom"),
    Action("plot.left", "left", "Left", "Pan to the left", "pan(-0.25)", _PLOTS, True, "Pan"),
    Action("plot.right", "right", "Right", "Pan to the right", "pan(0.25)", _PLOTS, True, "Pan"),
    Action("plot.start", "home", "Start", "Go to the start of the curve", "pan(-1000)", _PLOTS),
    Action("plot.end", "end", "End", "Go to the end of the curve", "pan(1000)", _PLOTS),
    Action("plot.reset", "0", "All", "Show the whole curve", "reset", _PLOTS),
    Action("plot.series", "1,2,3,4,5,6,7,8,9", "Series", "Hide or show the numbered curve", "series", _PLOTS),
    Action("plot.next", "j,down", "Next", "Show the next quantity", "quantity(1)", _PLOTS, True, "Curve"),
    Action("plot.previous", "k,up", "Previous", "Show the previous quantity", "quantity(-1)", _PLOTS, True, "Curve"),
    Action("plot.beside", "v", "Beside", "Put a second run beside, or take it away", "beside", _PLOTS, True),
    Action("list.down", "j", "Down", "Go down", "move(1)", _LISTS),
    Action("list.up", "k", "Up", "Go up", "move(-1)", _LISTS),
    Action("list.first", "g", "First", "Go to the first entry", "move(-100000)", _LISTS),
    Action("list.last", "G", "Last", "Go to the last entry", "move(100000)", _LISTS),
    Action("list.filter", "slash", "Filter", "Filter the list", "filter", _LISTS, True),
    Action("home.open", "enter", "Consult", "Open the selected run or case", "open", ("home",), True),
    Action("home.words", "w", "No run", "Describe a problem without a run", "words", ("home",), True),
    Action("rules.test", "t", "Test here", "Test the rule on this run", "test_rule", ("rules",), True),
    Action("rules.enter", "enter", "Page", "Read the rule's page", "read_page", ("rules",), True),
    Action("tables.next", "full_stop,right", "Next table", "Show the next table", "table(1)", ("tables",), True),
    Action(
        "tables.previous", "comma,left", "Previous table", "Show the previous table", "table(-1)", ("tables",), True
    ),
    Action("report.markdown", "m", "Markdown", "Write the report as Markdown", "export('md')", ("report",), True),
    Action("report.html", "h", "HTML", "Write the report as an HTML page", "export('html')", ("report",), True),
    Action("report.json", "j", "JSON", "Write the diagnosis as JSON", "export('json')", ("report",), True),
    Action("report.talk", "t", "Talk", "Write the conversation as Markdown", "export('talk')", ("report",), True),
    Action("report.full", "f", "Full", "Show everything, or what matters most", "full", ("report",), True),
    Action("run.reload", "ctrl+r", "Reload", "Read the run again", "reload", _TALK, slash="reload"),
    Action("run.follow", "W", "Follow", "Follow the run while it trains, or stop", "follow", _TALK, slash="follow"),
    Action("run.open", "o", "Open", "Open another run", "home", _TALK, slash="open"),
    Action("copy", "c", "Copy", "Copy what is selected", "copy_block", ("consultation", "report", "rules")),
    Action("back", "escape", "Back", "Go one step back", "back", (), True),
    Action("jump", "ctrl+o", "Jump", "Jump to any part of the screen", "jump", (), True, urgent=True),
    Action("help", "f1", "Help", "Show the keys of this screen", "help", (), True, slash="help", urgent=True),
    Action("help.here", "question_mark", "Help", "Show these keys, where no text is typed", "help"),
    Action(
        "settings",
        "f2",
        "Settings",
        "Change theme, signs and motion",
        "settings",
        (),
        False,
        slash="settings",
        urgent=True,
    ),
    Action("palette", "ctrl+p", "Palette", "Find a command by its name", "command_palette", (), True, urgent=True),
    Action("quit", "ctrl+q", "Quit", "Leave", "quit", (), True, slash="quit", urgent=True),
)

SCREENS = ("home", "consultation", "plots", "tables", "rules", "report")
_BY_ID = {action.id: action for action in ACTIONS}


def action(name: str) -> Action:
    """The action called `name`."""
    return _BY_ID[name]


def on_screen(screen: str) -> Iterator[Action]:
    """The actions of one screen, without those that work everywhere."""
    return (one for one in ACTIONS if screen in one.screens)


def everywhere() -> Iterator[Action]:
    """The actions of every screen."""
    return (one for one in ACTIONS if not one.screens)


def slash_commands() -> dict[str, Action]:
    """Slash command -> action."""
    return {one.slash: one for one in ACTIONS if one.slash}


_SHOWN = {
    "question_mark": "?",
    "colon": ":",
    "slash": "/",
    "full_stop": ".",
    "comma": ",",
    "plus": "+",
    "minus": "-",
    "equals_sign": "=",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "left": "←",
    "right": "→",
    "up": "↑",
    "down": "↓",
    "escape": "esc",
    "f1": "F1",
    "f2": "F2",
    "f3": "F3",
}


def shown(key: str) -> str:
    """A key as people write it: `^p`, `F1`, `[`."""
    key = key.strip()
    return _SHOWN.get(key) or (f"^{key[5:]}" if key.startswith("ctrl+") else key)


def keys_shown(keys: str) -> str:
    """All keys of an action; nine digits as a range."""
    parts = [shown(key) for key in keys.split(",")]
    return "1–9" if parts == [str(number) for number in range(1, 10)] else " ".join(parts)


def table(actions: Iterable[Action] = ACTIONS) -> str:
    """The Markdown page of all actions: `docs/keys.md`."""
    lines = [
        "# Keys",
        "",
        "Generated from `mladvisor.tui.actions`. The ids are what a key map in the settings file names:",
        "",
        "```toml",
        "[keys]",
        '"view.plots" = "g"',
        "```",
        "",
        "| id | keys | what it does | where | slash command |",
        "|---|---|---|---|---|",
    ]
    for one in actions:
        keys = " ".join(f"`{part}`" if part != "`" else part for part in keys_shown(one.keys).split(" "))
        where = ", ".join(one.screens) or "everywhere"
        slash = f"`/{one.slash}`" if one.slash else ""
        lines.append(f"| `{one.id}` | {keys} | {one.verb} | {where} | {slash} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    import sys

    sys.stdout.write(table())
