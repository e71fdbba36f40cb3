"""Files that hold no text, or half of a JSON document, are told; what is read, growing or somebody else's is not."""

from __future__ import annotations

from mladvisor.runs.read import read_run

from .conftest import Folder

LOG = "epoch,loss,val_loss\n" + "".join(f"{n},{1 / n:.4f},{1.1 / n:.4f}\n" for n in range(1, 9))


def test_what_cannot_be_read_beside_a_log_is_told(folder: Folder) -> None:
    """Each with its name and what is wrong with it."""
    where = folder({"metrics.csv": LOG, "steps.csv": "", "slices.json": '{"by_segment": {"a": {"n": 1,'})
    (where / "steps.csv").write_bytes(bytes(range(256)))
    told = [text for text in read_run(where).warnings if "not read" in text]
    assert [text.partition(" ")[0] for text in told] == ["slices.json", "steps.csv"]
    assert "not valid JSON" in told[0]
    assert "binary data" in told[1]


def test_sound_files_are_not_complained_of(folder: Folder) -> None:
    """An empty file, notes, whole JSON, and files of other kinds beside the log."""
    files: dict[str, str | bytes] = {
        "metrics.csv": LOG,
        "empty.csv": "",
        "notes.txt": "more dropout?",
        "more.json": '{"a": 1}',
        "m.bin": "\0",
    }
    assert not [text for text in read_run(folder(files)).warnings if "not read" in text]
