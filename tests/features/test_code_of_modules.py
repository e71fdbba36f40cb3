"""What modules beside a log do wrong by themselves, where the script that imports them lies elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n1,2.3,2.3\n2,2.29,2.31\n3,2.28,2.3\n"
APART = """\
import numpy as np

class Glyphs:
    def __init__(self, root):
        self.images = np.load(f"{root}/x.npy")
        self.labels = np.load(f"{root}/y.npy")
        rng = np.random.default_rng(0)
        self.images = self.images[rng.permutation(len(self.images))]
        self.labels = self.labels[rng.permutation(len(self.labels))]
"""
TOGETHER = APART.replace("rng.permutation(len(self.images))", "order").replace(
    "rng.permutation(len(self.labels))", "order"
)


def _measured(folder: Path, **modules: str) -> Measures:
    (folder / "log.csv").write_text(LOG)
    for name, text in modules.items():
        (folder / f"{name}.py").write_text(text)
    return Measures(read_run(folder))


def test_a_data_set_that_parts_rows_from_labels_does_so_for_any_training(tmp_path: Path) -> None:
    """The line that does it is told."""
    m = _measured(tmp_path, dataset=APART)
    assert m.one("code.keeps_labels_with_rows").value is False
    assert "self.labels[rng.permutation" in str(m.value("code.keeps_labels_with_rows.line"))


@pytest.mark.parametrize(
    "modules",
    [
        {"dataset": TOGETHER},
        {"evaluate": APART},  # what is run after training
        {f"part_{n}": APART for n in range(9)},  # a library
    ],
)
def test_what_is_right_or_not_known_to_be_used_says_nothing(tmp_path: Path, modules: dict[str, str]) -> None:
    """That one module keeps rows whole says nothing of the others."""
    assert not _measured(tmp_path, **modules)["code.keeps_labels_with_rows"].known


def test_beside_a_training_script_only_what_it_imports_counts(tmp_path: Path) -> None:
    """A module that lies there unused accuses nothing."""
    script = "from sklearn.linear_model import LogisticRegression\nLogisticRegression().fit([[0], [1]], [0, 1])\n"
    m = _measured(tmp_path, dataset=APART, train=script)
    assert m["code.keeps_labels_with_rows"].value is not False


LOG_OF_ZERO = "import torch\n\ndef custom_bce(logits, y):\n    p = torch.sigmoid(logits)\n    return -({}).mean()\n"
TERMS = "y * torch.log(p{0}) + (1 - y) * torch.log(1 - p{0})"


@pytest.mark.parametrize(("term", "expected"), [(TERMS.format(""), False), (TERMS.format(" + 1e-7"), None)])
def test_a_loss_in_a_folder_below_takes_logs_of_zero(tmp_path: Path, term: str, expected: bool | None) -> None:
    """What somebody laid beside the log of the code that made it, in a folder of any sort."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "losses.py").write_text(LOG_OF_ZERO.format(term))
    measured = _measured(tmp_path).one("code.keeps_logs_finite")
    assert (measured.value if measured.known else None) is expected


def test_a_cost_that_is_written_out_by_hand(tmp_path: Path) -> None:
    """Networks of plain arrays compute their cost to print it; clipped before, it is safe."""
    loop = (
        "import numpy as np\nlr = 0.1\nfor step in range(100):\n    a = 1 / (1 + np.exp(-(X @ W)))\n{}"
        "    costo = -np.mean(y * np.log(a) + (1 - y) * np.log(1 - a))\n    W -= lr * X.T @ (a - y)\n"
        "    print('paso', step, 'costo', costo)\n"
    )
    assert _measured(tmp_path, net=loop.format("")).one("code.keeps_logs_finite").value is False
    safe = _measured(tmp_path, net=loop.format("    a = np.clip(a, 1e-7, 1 - 1e-7)\n"))
    assert safe.one("code.keeps_logs_finite").value is True


def test_a_piece_without_imports_means_what_short_names_mean_everywhere(tmp_path: Path) -> None:
    """A module whose ReLU is made and never called."""
    net = (
        "class Net(nn.Module):\n    def __init__(s):\n        super().__init__()\n"
        "        s.a = nn.Linear(8, 64); s.b = nn.Linear(64, 1)\n        s.relu = nn.ReLU()\n\n"
        "    def forward(s, x):\n        return s.b({})\n"
    )
    assert _measured(tmp_path, net=net.format("s.a(x)")).value("model.hidden.linear_share") == 1.0
    assert _measured(tmp_path, net=net.format("s.relu(s.a(x))")).value("model.hidden.linear_share") == 0.0
