"""What small files tell of the inside of a model: gradients, units, first weights, normalisation, activations."""

from __future__ import annotations

from pathlib import Path

import pytest

from mladvisor.runs import climbs_said, gradients_said, hidden_said, modes_said, start_said, units_said
from mladvisor.runs.layer_places import in_order, place_of
from mladvisor.runs.numbers_said import Numbers, numbers_in
from mladvisor.runs.readers import Candidate


def told(folder: Path, text: str, name: str = "note.txt") -> Numbers:
    (folder / name).write_text(text, encoding="utf-8")
    return numbers_in(Candidate(str(folder / name), name))


@pytest.mark.parametrize(
    ("name", "text", "first", "last"),
    [
        ("a.txt", "gradients: 0.3 at the head and 2e-9 at layer 1", 2e-9, 0.3),
        ("b.txt", "每层梯度范数\n最后一层 0.4,第3层 2e-5,第1层 3e-10", 3e-10, 0.4),
        ("c.md", "Gradient je Schicht\n\n| Schicht | Norm |\n|---|---|\n| 1 | 1,5e-9 |\n| 9 | 0,2 |\n", 1.5e-9, 0.2),
        ("d.txt", "blk1/kernel:0  grad 4e-8\nblk2/kernel:0  grad 3e-4\nhead/kernel:0  grad 0.1", 4e-8, 0.1),
        ("e.json", '{"grad_norm_by_layer": [1e-8, 1e-4, 0.5]}', 1e-8, 0.5),
        ("f.txt", "ratio grad(first)/grad(last): 2e-8", 2e-8, 1.0),
        ("g.txt", "gradient ratio of the first dense layer to the last one: 2e-8", 2e-8, 1.0),
    ],
)
def test_gradients_by_layer(tmp_path: Path, name: str, text: str, first: float, last: float) -> None:
    """Sentences, tables and lists, whatever the order they are written in."""
    sizes = gradients_said.sizes_by_layer(told(tmp_path, text, name))
    assert sizes[0].layers[0][1] == pytest.approx(first)
    assert sizes[0].layers[-1][1] == pytest.approx(last)


def test_numbers_of_other_things_are_no_gradients(tmp_path: Path) -> None:
    """Clipping, other runs, examples and bounds beside the word."""
    for text in (
        "gradient clipping 1.0, weight decay 1e-8 for layer 1, 1e-2 for the head",
        "before the fix the gradient was 1e-9 at layer 1 and 0.3 at the head",
        "e.g. a gradient of 1e-9 at layer 1 and 0.3 at the head",
        "# Changelog\n\n## 0.4\n\nthe gradient was 1e-9 at layer 1 and 0.3 at the head",
    ):
        assert gradients_said.sizes_by_layer(told(tmp_path, text)) == []


def test_a_norm_that_climbs(tmp_path: Path) -> None:
    """Line by line, in one line, or as a column."""
    lines = "\n".join(f"step {at} gradient norm: {size}" for at, size in enumerate((1.2, 30.0, 900.0, 4e6)))
    assert climbs_said.climbs_in(told(tmp_path, lines))[0].sizes == (1.2, 30.0, 900.0, 4e6)
    one = "grad norm at steps 0, 10, 20, 30: 1.0, 20, 4e3, 9e7"
    assert climbs_said.climbs_in(told(tmp_path, one))[0].sizes == (1.0, 20.0, 4e3, 9e7)
    spanish = "norma del gradiente, época 1: 2,1\n - época 2: 30\n - época 3: 9.100\n - época 4: 2 millones"
    assert climbs_said.climbs_in(told(tmp_path, spanish))[0].sizes == (2.1, 30.0, 9100.0, 2e6)
    summary = told(tmp_path, '{"grad_norm": {"p50": 2.0, "p99": 5e6}}', "g.json")
    assert climbs_said.quantiles_in(summary) == (2.0, 5e6)


@pytest.mark.parametrize(
    ("name", "text", "share"),
    [
        ("a.txt", "layer 2 has 3 of 60 units that are ever nonzero", 0.95),
        ("b.txt", "57 von 60 Neuronen geben für jede Eingabe 0 aus", 0.95),
        ("c.txt", "on average 3 of 60 units are active per row", None),
        ("d.txt", "12 of 60 users are inactive", None),
        ("e.csv", "layer,n_units,never_active,always_active\nrelu1,60,57,2\nrelu2,60,58,2\n", 0.9667),
        (
            "f.json",
            '{"dead_fraction": {"epoch_1": {"fc1": 0.1, "fc2": 0.2}, "epoch_9": {"fc1": 0.9, "fc2": 1.0}}}',
            1.0,
        ),
        ("g.json", '[{"name": "relu1", "alive": 3, "total": 60}, {"name": "relu2", "alive": 6, "total": 60}]', 0.9),
        ("h.txt", "assert n_silent <= 0.05 * n_units\nassert 57 <= 3.0", 0.95),
    ],
)
def test_shares_of_dead_units(tmp_path: Path, name: str, text: str, share: float | None) -> None:
    found = units_said.shares_of_units(told(tmp_path, text, name))
    assert (found[-1].value if found else None) == (pytest.approx(share, abs=1e-3) if share is not None else None)


HOOKED = "layer,kind,std,frac_abs_gt_0_99\n0,Linear,4.1,0.9\n1,{},3.0,0.95\n"


@pytest.mark.parametrize(("kind", "found"), [("Tanh", [0.95]), ("ReLU", []), ("BatchNorm1d", [])])
def test_only_outputs_with_bounds_lie_at_the_ends_of_a_range(tmp_path: Path, kind: str, found: list[float]) -> None:
    """Above 0.99 lie most logits and many outputs of ReLU, which says nothing of them."""
    shares = units_said.shares_of_units(told(tmp_path, HOOKED.format(kind), "layer_stats.csv"))
    assert [each.value for each in shares if each.what == "saturated"] == found


def test_weights_and_units_that_are_alike(tmp_path: Path) -> None:
    for text in (
        "W1 (8x4): min 0.2, max 0.2, distinct values: 1",
        "all 32 units of layer fc1 have identical weights",
        "np.unique(W1).size -> 1",
        "2.weight   shape (16, 32)  identical rows 16 of 16",
        "2.weight   shape (16, 32)  std over units 0.00e+00",
    ):
        assert list(start_said.alike_in(told(tmp_path, text)))
    for text in (
        "the weights have no copies of each other",
        "LoRA: weight std 0.0",
        "all rows have the same schema",
        "2.weight identical rows 1 of 16",
        "4.weight identical rows 1 of 1",
        "W1 std 0.00e-04 1",
    ):
        assert not list(start_said.alike_in(told(tmp_path, text)))


def test_the_first_loss_and_the_fresh_signal(tmp_path: Path) -> None:
    assert start_said.first_loss_in(told(tmp_path, "first batch gives loss 50.5 where chance is 2.3").lines) == (
        50.5,
        2.3,
        1,
    )
    text = "outputs at init: std should be near 1, got [2e-2, 3e-4, 5e-6]"
    assert next(start_said.courses_in(told(tmp_path, text))).sizes == (2e-2, 3e-4, 5e-6)
    table = told(tmp_path, "layer,fan_in,w_std\nfc1,100,0.1\nfc2,100,1.0\n", "init_stats.csv")
    assert start_said.widest_start(table) == (pytest.approx(10.0), "fc2", 3)
    script = told(tmp_path, "nn.init.normal_(m.weight, std=1e-6)\nnn.init.normal_(head.weight, std=1e-6)\n", "net.py")
    assert [each.row for each in start_said.settings_in(script.lines)] == [1]


def test_scores_by_mode_and_by_size_of_the_batch(tmp_path: Path) -> None:
    table = told(tmp_path, "split,mode,acc\nval,train,0.9\nval,eval,0.4\n", "modes.csv")
    assert [(one.train, one.evaluation) for one in modes_said.by_mode(table.cells)] == [(0.9, 0.4)]
    lines = told(tmp_path, "model.train(): 0.91\nmodel.eval():  0.40\n")
    assert [(one.train, one.evaluation) for one in modes_said.modes_in_lines(lines.lines)] == [(0.91, 0.4)]
    sizes = told(tmp_path, "eval_batch_size\tacc\n1\t0.2\n64\t0.9\n", "by_batch.tsv")
    assert [(one.few, one.many) for one in modes_said.by_size(sizes.cells)] == [(0.2, 0.9)]
    trained = told(tmp_path, "batch_size\tacc\n1\t0.2\n64\t0.9\n", "trained_with.tsv")
    assert list(modes_said.by_size(trained.cells)) == []
    kept = told(tmp_path, "bn1.running_mean tensor([0., 0., 0.])\nbn1.running_var tensor([1., 1., 1.])")
    assert modes_said.untouched(kept) == (1.0, 1)
    means = "".join(f"{n}.running_mean   mean 0.0000\n{n}.running_var    mean 1.0000\n" for n in (1, 5))
    assert modes_said.untouched(told(tmp_path, means)) == (1.0, 1)
    moved = modes_said.untouched(told(tmp_path, means.replace("0.0000", "0.0713").replace("1.0000", "0.8811")))
    assert moved == (0.0, 1)
    assert modes_said.left_on(told(tmp_path, "x = self.bn(x, training=True)", "b.py"))
    assert modes_said.left_on(told(tmp_path, "x = self.bn(x, training=training)", "b.py")) is None


@pytest.mark.parametrize(
    ("name", "text", "what"),
    [
        ("a.txt", "MLPClassifier(activation='identity',\n   hidden_layer_sizes=(8, 8))", "linear"),
        ("b.json", '{"ops": {"Gemm": 3, "Relu": 0}}', "linear"),
        ("c.json", '{"ops": {"Gemm": 3, "Relu": 2}}', "bent"),
        ("d.txt", "hidden function: torch.sign", "flat"),
        ("e.txt", "the network is not linear", None),
        ("f.toml", 'hidden_act = "identity"', "linear"),
        ("g.txt", "Sequential((0): Linear(4, 8) (1): Linear(8, 8) (2): Linear(8, 2))", "linear"),
    ],
)
def test_the_function_between_the_layers(tmp_path: Path, name: str, text: str, what: str | None) -> None:
    found = next(hidden_said.said_of_hidden(told(tmp_path, text, name)), None)
    assert (found.what if found else None) == what


def test_places_of_layers() -> None:
    """Ends are told by their words, others by their numbers; names of several kinds stand as they are written."""
    assert in_order(["head", "layer 12", "layer 2", "embedding"]) == [3, 2, 1, 0]
    assert in_order(["conv1", "conv2", "fc1"]) == [0, 1, 2]
    assert place_of("第3层") < place_of("最后一层")


def test_a_long_line_is_read_in_time(tmp_path: Path) -> None:
    """Neither names nor numbers without end take their square in time."""
    for piece in ("layer1.", "grad 1e-9 ", "mode train 0.9 ", "a_", "1 of 2 units dead "):
        numbers = told(tmp_path, piece * 20_000)
        gradients_said.sizes_by_layer(numbers)
        units_said.shares_of_units(numbers)
        list(modes_said.modes_in_lines(numbers.lines))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", '{"dead_fraction_limit": {"fc1": 0.9, "fc2": 0.9}}'),
        ("b.csv", "lr,dead_units_share\n0.001,0.01\n1.0,0.99\n"),
        ("c.csv", "run,layer,dead_share\nold,fc1,0.98\nthis,fc1,0.02\n"),
        ("d.txt", "Data from 12 care units; 9 of 12 units are inactive since 2019"),
        ("e.txt", "only 31 of 900 codes used in this hospital"),
        ("f.txt", "EEG: 30 of 32 channels inactive in subject 4"),
        ("g.csv", "layer,dead_pct\nfc1,0.9\nfc2,1\n"),
        ("h.md", "He init: before, 118 of 128 units in fc2 were dead, now 3 are"),
        ("CHANGELOG.md", "## 0.3\n- 97 % of the neurons never fired\n"),
    ],
)
def test_units_of_others(tmp_path: Path, name: str, text: str) -> None:
    """Limits, other trainings, wards and diagnoses, and one per cent or all of them: nothing is told of this run."""
    assert all(share.value < 0.5 for share in units_said.shares_of_units(told(tmp_path, text, name)))


def test_norms_of_a_sweep_or_a_limit_do_not_climb(tmp_path: Path) -> None:
    """A row for each rate is no course in time; where a norm is cut, or times the scale of the loss, is no norm."""
    sweep = told(tmp_path, "lr,grad_norm\n0.001,1\n0.01,30\n0.1,5e3\n1,6e6\n", "s.csv")
    assert climbs_said.climbs_in(sweep) == []
    assert climbs_said.largest_in(told(tmp_path, "grad norm clip value 1e10 (off)")) is None
    assert climbs_said.largest_in(told(tmp_path, "scaled grad norm: 8e9")) is None


def test_what_is_alike_on_purpose(tmp_path: Path) -> None:
    """Two trainings of one seed, a column of the data, and weights that a test sets."""
    seeds = "Two runs with the same seed give identical weights: exact copies of each other"
    assert list(start_said.alike_in(told(tmp_path, seeds))) == []
    assert list(start_said.alike_in(told(tmp_path, "column,distinct values\nunit,1\nage,71\n", "p.csv"))) == []
    code = told(tmp_path, "nn.init.constant_(m.weight, 1.0)", "test_shapes.py")
    assert list(start_said.settings_in(code.lines)) == []


@pytest.mark.parametrize(
    "text",
    [
        "Without an activation between the layers it collapses to one matrix, as expected.",
        "Linear probe: the network is linear on top of frozen features",
    ],
)
def test_what_would_be_linear(tmp_path: Path, text: str) -> None:
    assert list(hidden_said.said_of_hidden(told(tmp_path, text))) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "layer,grad norm\nfc1,5/" + "1" * 5000 + "\n"),
        ("b.csv", "layer,grad norm\nfc1," + "1" * 400 + "/1\n"),
        ("n.csv", "\\n mode|dead,1\\n3,4\\n"),
        ("c.ipynb", '{"cells": [1, null, {"outputs": [1]}, {"source": [1]}]}'),
        ("d.ipynb", '{"cells": null}'),
        ("e.json", "128"),
        ("f.json", "[" * 100_000),
        ("g.txt", "relu\n[--,e+) 17\n[0.1, 2.2.3) : 17"),
    ],
)
def test_no_text_breaks_a_reader(tmp_path: Path, name: str, text: str) -> None:
    """Numbers beyond all bounds, cells that are no cells, brackets that never close."""
    assert units_said.shares_of_units(told(tmp_path, text, name)) == []


def test_counted_rows_are_read_once(tmp_path: Path) -> None:
    """Blocks whose first column counts up, one after the other: each is a table of its own."""
    lines = ["grad norm"] + [f"{at} {0.5 + at}" for _ in range(3) for at in range(4)]
    found = told(tmp_path, "\n".join(lines)).cells
    assert [cell.value for cell in found if cell.of_row >= 0] == [0.5, 1.5, 2.5, 3.5] * 3
