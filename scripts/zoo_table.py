"""Which model test catches which broken model: the table in docs/model-tests.md, from tests/testing/zoo.py.

`python scripts/zoo_table.py` runs the zoo (a few minutes, needs the frameworks extra) and rewrites the table between
its two marks; `--check` only says whether it would change.
"""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "testing"))

PAGE = ROOT / "docs" / "model-tests.md"
BEGIN, END = "<!-- zoo: written by scripts/zoo_table.py -->", "<!-- zoo: end -->"


def caught(animals: dict[str, object]) -> dict[str, list[str]]:
    """Name of a model -> names of the tests that it fails."""
    from zoo import Animal, data_of

    from mladvisor.testing import run_suite

    found: dict[str, list[str]] = {}
    for name, animal in animals.items():
        assert isinstance(animal, Animal)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            results = run_suite(animal.make(), data_of(animal.data))
        found[name] = [result.name for result in results if result.passed is False]
    return found


def table(broken: dict[str, list[str]], sound: dict[str, list[str]]) -> str:
    """Markdown: a row per broken model, then what the sound ones fail."""
    from zoo import BROKEN

    lines = ["| broken model | what is wrong | tests that fail |", "|---|---|---|"]
    lines += [
        f"| {name} | {BROKEN[name].note} | {', '.join(f'`{test}`' for test in tests) or 'none'} |"
        for name, tests in broken.items()
    ]
    hits = sum(bool(tests) for tests in broken.values())
    accused = [name for name, tests in sound.items() if tests]
    lines += [
        "",
        f"{hits} of {len(broken)} broken models fail some test; {len(accused)} of {len(sound)} sound ones do"
        + (f" ({', '.join(accused)})." if accused else "."),
        "",
        "Sound models: " + "; ".join(sound) + ".",
    ]
    return "\n".join(lines)


def written(page: str, content: str) -> str:
    """The page with the table between its marks."""
    before, _, rest = page.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{content}\n\n{END}{rest.partition(END)[2]}"


def main() -> int:
    """Write the table, or say whether it is true."""
    from zoo import BROKEN, SOUND

    page = PAGE.read_text(encoding="utf-8")
    new = written(page, table(caught(dict(BROKEN)), caught(dict(SOUND))))
    if "--check" in sys.argv:
        print("up to date" if new == page else "docs/model-tests.md differs: run scripts/zoo_table.py")
        return int(new != page)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
