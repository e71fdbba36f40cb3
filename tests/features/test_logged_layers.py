"""Columns in which people log something of single layers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.model import Curve, Place, Role, Run
from mladvisor.runs.read import read_run

from .fakes import measures


def logged(**columns: Any) -> Measures:
    """A run with these columns of unknown kind."""
    x = np.arange(5.0)
    curves = tuple(
        Curve(name, Role("other"), x, np.broadcast_to(np.asarray(y, float), 5).copy(), "epoch", Place("log.csv", name))
        for name, y in columns.items()
    )
    return Measures(Run(measures().run.path, "run", curves=curves))


def ends(m: Measures, name: str) -> dict[str, Any]:
    found = m[name]
    return {item: each.value for item, each in found.items()} if isinstance(found, dict) else {}


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("dead_frac_l2", 0.9, 0.9),
        ("dead_relu_pct", 90.0, 0.9),
        ("dead_frac", 7.0, None),
        ("dead_letters", 0.9, None),
        ("act_always_zero/body.3", 0.9, 0.9),
        ("always_zero", 0.9, None),  # of what, nobody says
    ],
)
def test_shares_of_dead_units(column: str, value: float, told: float | None) -> None:
    """Told by the words of the column; what is no share by its values is left out."""
    assert ends(logged(**{column: value}), "layer.logged_dead_share") == ({} if told is None else {column: told})


def test_shares_of_zero_outputs_are_none_of_gradients_or_padding() -> None:
    """Zeros count where they are those of a layer's outputs."""
    m = logged(frac_zero_relu1=0.961, zero_grad_frac_fc1=1.0, padding_zero_share_layer=0.9, zero_share=0.5)
    assert ends(m, "layer.logged_zero_share") == {"frac_zero_relu1": 0.961}
    assert ends(logged(critic_zero_frac=1.0), "layer.logged_zero_share") == {"critic_zero_frac": 1.0}


def test_spreads_of_weights() -> None:
    """The largest over the run, so that weights that shrink away are none without a spread."""
    m = logged(w1_std=[0.5, 0.4, 0.0, 0.0, 0.0], fc2_weight_std=0.0, weight_grad_std=0.0, loss_std=0.0)
    assert ends(m, "layer.logged_spread") == {"w1_std": 0.5, "fc2_weight_std": 0.0}


def test_gradient_norms_of_layers_in_columns_of_the_log() -> None:
    """The first column beside the last one; totals, biases and embeddings are none, and two layers tell nothing."""
    names = {
        "grad_norm": 5.0,
        "grad_norm/embed": 1e-9,
        "grad_norm/fc1": 1e-8,
        "grad_norm/fc2": 1e-4,
        "grad_norm/fc3": 1e-2,
    }
    x = np.arange(5.0)

    def run(columns: dict[str, float]) -> Measures:
        curves = tuple(
            Curve(name, Role("gradient-norm"), x, np.full(5, y), "epoch", Place("log.csv", name))
            for name, y in columns.items()
        )
        return Measures(Run(measures().run.path, "run", curves=curves))

    assert run(names).value("layers.gradient.ratio") == pytest.approx(-6)
    assert run(names).value("layers.gradient.first") == "grad_norm/fc1"
    del names["grad_norm/fc2"]
    assert not run(names).one("layers.gradient.ratio").known


def _of_log(names: list[str], kind: str = "other") -> Measures:
    """A log whose columns hold 1e-8, 1e-7 ... in this order."""
    x = np.arange(5.0)
    curves = tuple(
        Curve(name, Role(kind), x, np.full(5, 10.0 ** (at - 8)), "step", Place("log.csv", name))
        for at, name in enumerate(names)
    )
    return Measures(Run(measures().run.path, "run", curves=curves))


@pytest.mark.parametrize(
    ("names", "first"),
    [
        (["grad_l0", "grad_l1", "grad_l2", "grad_l3"], "grad_l0"),
        (["g_layer1", "g_layer2", "g_layer3", "g_layer4"], "g_layer1"),
        (["layers.0.weight.grad", "layers.2.weight.grad", "layers.4.weight.grad"], "layers.0.weight.grad"),
        (["gnorm_h1", "gnorm_h2", "gnorm_h3"], "gnorm_h1"),
        (["grad/conv1", "grad/conv2", "grad/fc", "grad/out"], "grad/conv1"),
    ],
)
def test_gradients_of_layers_under_names_that_are_not_known(names: list[str], first: str) -> None:
    """Columns that say gradient and differ in the layer are the layers' gradients, "l2" among them."""
    m = _of_log(names)
    assert m.value("layers.gradient.first") == first
    assert m.value("layers.gradient.ratio") == pytest.approx(1 - len(names))


@pytest.mark.parametrize(
    "names",
    [
        ["grad_l1", "grad_l2", "grad_linf"],
        ["grad_norm_before_clip", "grad_norm_after_clip", "grad_scale", "grad_accum_1"],
        ["grad_std_1", "grad_std_2", "grad_std_3"],
        ["img_1", "img_2", "img_3"],
        ["grad_p50", "grad_p90", "grad_p99"],
    ],
)
def test_other_columns_about_gradients_are_no_layers(names: list[str]) -> None:
    """Norms of several kinds, spreads and percentiles of one gradient come from no layer."""
    assert m_known(names) is False


def m_known(names: list[str]) -> bool:
    """Whether the gradients of layers are measured."""
    return _of_log(names).one("layers.gradient.ratio").known


def _of_columns(columns: dict[str, np.ndarray]) -> Measures:
    """A run whose log has these columns of gradients."""
    x = np.arange(6.0)
    curves = tuple(
        Curve(name, Role("gradient-norm"), x, y, "epoch", Place("log.csv", name)) for name, y in columns.items()
    )
    return Measures(Run(measures().run.path, "run", curves=curves))


def test_a_gradient_that_is_zero_throughout_does_not_fade() -> None:
    """What no gradient reaches is cut off, and the others are compared with each other."""
    names = {f"grad/layer{at}.weight": np.full(6, 0.0 if at < 2 else 0.1234567891 * 10.0**-at) for at in range(5)}
    m = _of_columns(names)
    none = m["layer.gradient_none"]
    assert isinstance(none, dict) and [name for name, value in none.items() if value.value] == list(names)[:2]
    assert m.value("layers.gradient.ratio") == pytest.approx(2)


def test_a_gradient_that_was_rounded_to_zero_is_small() -> None:
    """Norms with four decimals: 0.0000 is a number that was too small to be printed."""
    names = {f"grad/layer{at}.weight": np.full(6, round(0.1234567891 * 100.0**-at, 4)) for at in (3, 2, 1, 0)}
    m = _of_columns(names)
    none = m["layer.gradient_none"]
    assert isinstance(none, dict) and not any(value.value for value in none.values())
    assert m.value("layers.gradient.ratio") < -5


@pytest.mark.parametrize(
    ("said", "shares"),
    [
        ("dead relu units: layer1 {a:.1f}% layer2 100.0%", {"layer1": 0.85, "layer2": 1.0}),
        ("dead relu (fc1) {a:.0f}%", {"layer 1": 0.85}),
        ("grad 1e-3 2e-3 | zero units 0.85 1.00", {"layer 1": 0.85, "layer 2": 1.0}),
        ("dead fc1 0.85 fc2 1.00", {"fc1": 0.85, "fc2": 1.0}),
        ("dead units 17/20", {"units": 0.85}),
        ("units at zero on all inputs 17/20 loss 1.07 test acc 0.8191", {"layer 1": 0.85}),
        ("neurons that never fire: 17/20, train accuracy 0.99", {"layer 1": 0.85}),
        ("hidden units always zero {a:.0f}%", {"layer 1": 0.85}),
        ("units sold on all days 17/20", None),
        ("dead patients {a:.1f}%", None),
        ("dead units: 312", None),
        ("deadline for layer1 {a:.1f}%", None),
    ],
)
def test_shares_of_dead_units_are_read_behind_words(tmp_path: Path, said: str, shares: dict[str, float] | None) -> None:
    """The last of several lines counts; what is dead must be units, and what follows a share."""
    lines = (f"epoch {e} train_loss {1 / (e + 1):.3f} | {said.format(a=80 + e)}\n" for e in range(6))
    (tmp_path / "train.log").write_text("".join(lines))
    found = Measures(read_run(tmp_path))["layer.logged_dead_share"]
    assert ({name: value.value for name, value in found.items()} if isinstance(found, dict) else None) == shares


@pytest.mark.parametrize(
    ("said", "shares"),
    [
        ("active 0.000 0.250", {"layer 1": 1.0, "layer 2": 0.75}),
        ("alive units: fc1 2% fc2 50%", {"fc1": 0.98, "fc2": 0.5}),
        ("active relus 0.010 lr 0.05", {"layer 1": 0.99}),
        ("active 0.010 lr 0.05", None),  # of what is not told
        ("active triplets 0.01", None),
        ("active params 0.25 0.30", None),
        ("active learning 0.1 0.2", None),
    ],
)
def test_shares_of_active_units_are_read_behind_words(
    tmp_path: Path, said: str, shares: dict[str, float] | None
) -> None:
    """What is not active is zero; the word alone says it where several layers follow."""
    (tmp_path / "train.log").write_text("".join(f"epoch {e} loss {1 / (e + 1):.3f} acc 0.1 {said}\n" for e in range(6)))
    found = Measures(read_run(tmp_path))["layer.logged_zero_share"]
    told = {name: value.value for name, value in found.items()} if isinstance(found, dict) else None
    assert told == (None if shares is None else pytest.approx(shares))


def test_columns_of_active_units(tmp_path: Path) -> None:
    rows = "".join(f"{e},{1 / (e + 1):.3f},0.0{e},0.9,0.1\n" for e in range(6))
    (tmp_path / "log.csv").write_text(f"epoch,train_loss,active_frac_fc1,frac_active_triplets,active_share\n{rows}")
    found = Measures(read_run(tmp_path))["layer.logged_zero_share"]
    assert isinstance(found, dict) and {name: value.value for name, value in found.items()} == {
        "active_frac_fc1": pytest.approx(0.96)
    }


def test_silent_units_are_dead_ones(tmp_path: Path) -> None:
    """A column called after silence beside units tells their share."""
    rows = "".join(f"{e},{1 / (e + 1):.3f},0.9{e},0.2\n" for e in range(6))
    (tmp_path / "log.csv").write_text(f"epoch,train_loss,silent_units/l0,silence_share\n{rows}")
    found = Measures(read_run(tmp_path))["layer.logged_dead_share"]
    assert isinstance(found, dict) and list(found) == ["silent_units/l0"]


def test_two_columns_that_are_called_the_first_and_the_last_layer() -> None:
    """Their names say what a number of layers would: which stands at the input, and which at the output."""
    m = _of_log(["grad_first", "grad_last"])
    assert m.one("layers.gradient.ratio").known
    assert m.value("layers.gradient.first") == "grad_first"
    assert not _of_log(["grad_a", "grad_b"]).one("layers.gradient.ratio").known
    assert not _of_log(["grad_norm_first_step", "grad_norm_last_step"]).one("layers.gradient.ratio").known


def test_units_that_die_at_once_and_stay_dead_leap(tmp_path: Path) -> None:
    """Counts without the layer's width tell no share, but a leap that nothing undoes; a slow rise is none."""
    counts = [(0, 2), (3, 3), (5, 3), (8, 24), (11, 24), (14, 24), (14, 24)]
    rows = "".join(f"{at},{2.0 - at / 10},{slow},{leaps}\n" for at, (slow, leaps) in enumerate(counts))
    (tmp_path / "metrics.csv").write_text("epoch,loss,dead_fc1,dead_fc2\n" + rows)
    found = Measures(read_run(tmp_path))["layer.dead_leap"]
    assert isinstance(found, dict)
    assert [each.value for each in found.values()] == [1.0, 8.0]
