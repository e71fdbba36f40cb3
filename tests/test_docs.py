"""Generated documentation says what the program says, and README's commands are what CI runs."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
_spec = importlib.util.spec_from_file_location("make_docs", ROOT / "scripts" / "make_docs.py")
assert _spec is not None and _spec.loader is not None
make_docs = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(make_docs)


@pytest.mark.parametrize("name", sorted(make_docs.PAGES))
def test_generated_pages_are_up_to_date(name: str) -> None:
    """`python scripts/make_docs.py` would change nothing."""
    assert (ROOT / name).read_text(encoding="utf-8") == make_docs.PAGES[name]()


def test_the_transcript_in_the_readme_is_real() -> None:
    """What README shows is what the command prints."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert make_docs.readme(text) == text


def test_the_first_block_of_the_readme_is_two_commands() -> None:
    """Two lines and nothing else: one diagnoses, one runs all tests."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```[a-z]*\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    assert block is not None
    lines = block.group(1).strip().splitlines()
    assert len(lines) == 2
    assert "diagnose sample_runs/" in lines[0] and "pytest" in lines[1]


def test_the_python_of_the_readme_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """What README shows of the Python interface works as it stands there."""
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    block = re.search(r"^```python\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    assert block is not None
    exec(block.group(1), {})
    assert "Overfitting" in capsys.readouterr().out


def test_links_between_documents_lead_somewhere() -> None:
    """Every relative link of README and docs names a file that is there."""
    for page in (ROOT / "README.md", ROOT / "AGENTS.md", *sorted((ROOT / "docs").glob("*.md"))):
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("page", ["README.md", "docs/rules.md"])
def test_example_rules_are_sound(page: str, tmp_path: Path) -> None:
    """Rules shown in documentation load on top of the shipped ones and pass their own tests."""
    from mladvisor.rulebook.check import check

    text = (ROOT / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```yaml\n(.*?)^```", text, flags=re.DOTALL | re.MULTILINE)
    assert blocks
    for block in blocks:
        name = re.match(r"[a-z]+: (\S+)", block)
        assert name is not None
        (tmp_path / f"{name.group(1)}.yaml").write_text(block, encoding="utf-8")
    report = check([tmp_path])
    assert not report.errors, "\n".join(map(str, report.errors))


def test_the_table_of_odds_is_what_inference_gives() -> None:
    """Each row of docs/rules.md, worked out by the network with the shipped constants."""
    from math import nan

    from mladvisor.diagnosis.api import rulebook_with
    from mladvisor.diagnosis.network import network_of
    from mladvisor.inference import build_network, evidence

    shipped = network_of(rulebook_with())
    text = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d.]+) \| ([\d.]+) \| ×([\d.]+) \| ×([\d.]+) \| ÷([\d.]+) \|$", text, re.MULTILINE)
    assert len(rows) >= 3
    for often, otherwise, frequencies, present, absent in (map(float, row) for row in rows):
        alone = build_network(
            ["a"],
            ["f"],
            [[often]],
            [otherwise],
            unlisted=0.0,
            temperature=shipped.temperature,
            absent_factor=shipped.absent_factor,
        )
        assert (1 - (1 - often) * (1 - otherwise)) / otherwise == pytest.approx(frequencies, rel=0.04)
        assert 10 ** (evidence(alone, [1.0], 0)[0] / 10) == pytest.approx(present, rel=0.04)
        assert 10 ** (-evidence(alone, [0.0], 0)[0] / 10) == pytest.approx(absent, rel=0.05)
        assert evidence(alone, [nan], 0)[0] == 0
