"""Write what documentation can be generated: `python scripts/make_docs.py`. `tests/test_docs.py` keeps it true.

- docs/cli.md: the help of every command
- docs/features.md: the catalogue of measurements
- docs/causes.md: every cause, with what it shows and who says so
- docs/rule-fields.md: the fields of every kind of rule
- README.md: the transcript between its two markers
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
SAMPLE = "sample_runs/intents-gru-keras"
NOTE = "<!-- Written by scripts/make_docs.py; do not edit. -->\n\n"


def said(*arguments: str) -> str:
    """What `mladvisor ARGUMENTS` prints, run from the root of the repository."""
    plain = {"NO_COLOR": "1", "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-m", "mladvisor", *arguments],
        cwd=ROOT,
        env={**os.environ, **plain},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


def cli() -> str:
    """docs/cli.md."""
    from mladvisor.cli import COMMANDS

    parts = [NOTE, "# Command line\n\n"]
    for command in ("", *COMMANDS):
        arguments = [command, "--help"] if command else ["--help"]
        title = f"mladvisor {command}".strip()
        parts.append(f"## `{title}`\n\n```text\n{_tidy(said(*arguments))}```\n\n")
    return "".join(parts).rstrip() + "\n"


def features() -> str:
    """docs/features.md."""
    return NOTE + "# The measurements\n\n" + said("features", "--format", "markdown").strip() + "\n"


def causes() -> str:
    """docs/causes.md."""
    from mladvisor.rulebook import load
    from mladvisor.rulebook.documents import FAMILIES, listed

    book = load()
    parts = [NOTE, "# The causes\n\n`mladvisor explain ID` shows the page of each.\n"]
    for family in FAMILIES:
        parts.append(f"\n## {family}\n\n| cause | what is wrong | its findings | source |\n|---|---|---|---|\n")
        for cause in sorted(book.causes.values(), key=lambda each: each.id):
            if cause.doc.family == family:
                shown = sorted(finding.id for finding in book.findings.values() if cause.id in finding.arrows)
                findings = ", ".join(f"`{each}`" for each in shown)
                source = ", ".join(listed(cause.doc.source))
                parts.append(f"| `{cause.id}` | {cause.doc.title} | {findings} | {source} |\n")
    return "".join(parts)


def rule_fields() -> str:
    """docs/rule-fields.md."""
    from mladvisor.rulebook.documents import KINDS
    from mladvisor.rulebook.schema import schema

    definitions = schema()["$defs"]
    parts = [NOTE, "# Fields of rules\n"]
    shown: list[str] = []
    for kind, struct in KINDS.items():
        parts.append(_fields(f"`{kind}`", definitions[struct.__name__]))
        shown.append(struct.__name__)
    parts += [_fields(name, definitions[name]) for name in sorted(definitions) if name not in (*shown, "Adjust")]
    return "".join(parts)


def _fields(title: str, definition: dict[str, Any]) -> str:
    required = definition.get("required", [])
    lines = [f"\n## {title}\n\n{definition.get('description', '')}\n\n| field | default | meaning |\n|---|---|---|\n"]
    for name, field in definition.get("properties", {}).items():
        default = "required" if name in required else f"`{json.dumps(field.get('default'))}`"
        meaning = str(field.get("description", "")).replace("|", "\\|")
        lines.append(f"| `{name}` | {default} | {meaning} |\n")
    return "".join(lines)


def transcript() -> str:
    """The diagnosis that README shows, without its last sections."""
    page = said("diagnose", SAMPLE, "--plot", "braille", "--width", "84")
    kept = page.split("\nGood practice")[0].split("\nNot checked")[0].rstrip()
    return f"$ mladvisor diagnose {SAMPLE}\n{kept}\n"


def readme(text: str) -> str:
    """README with the transcript put in."""
    block = f"<!-- transcript -->\n```text\n{transcript()}```\n<!-- end of transcript -->"
    return re.sub(r"<!-- transcript -->.*<!-- end of transcript -->", lambda _: block, text, flags=re.DOTALL)


def _tidy(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip() + "\n"


PAGES = {"docs/cli.md": cli, "docs/features.md": features, "docs/causes.md": causes, "docs/rule-fields.md": rule_fields}


def main() -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (ROOT / name).write_text(page(), encoding="utf-8")
    target = ROOT / "README.md"
    target.write_text(readme(target.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
