"""What lies beside a log and tells of the inside of a model: first weights, functions, optimizers, rates."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,train_loss,val_loss\n" + "".join(f"{at},{2 - at / 10},2\n" for at in range(1, 7))


def measures(folder: Path, **files: str) -> Measures:
    """Of a folder with a log and some other files ("a__csv" is a.csv)."""
    (folder / "history.csv").write_text(LOG)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)
    return Measures(read_run(folder))


def items(m: Measures, name: str) -> dict[str, Any]:
    """A measurement of each layer."""
    found = m[name]
    assert isinstance(found, dict)
    return {layer: each.value for layer, each in found.items()}


def test_first_weights_in_a_table(tmp_path: Path) -> None:
    """Their shapes tell the inputs; equal numbers have the spread that float32 makes of them."""
    head = "layer,shape,mean,std\n"
    wide = "".join(f"fc{at}.weight,64x100,0.0,1.0\nfc{at}.bias,64,0.0,0.0\n" for at in (1, 2, 3))
    m = measures(tmp_path, initial_weights__csv=head + wide)
    assert m.value("layers.start_scale") == 1.0
    assert not any(items(m, "layer.constant_weights").values())
    alike = "".join(f"fc{at}.weight,64x100,0.1,1.5e-8\n" for at in (1, 2, 3))
    m = measures(tmp_path, initial_weights__csv=head + alike)
    assert m.value("layers.all_constant") is True
    assert m.value("layers.start_scale") is None


def test_norms_and_adapters_start_constant(tmp_path: Path) -> None:
    """Vectors, and what is zero on purpose, are no layers whose units are copies."""
    rows = "".join(f"norm{at}.weight,64,1.0,0.0\nblock{at}.lora_B.weight,64x8,0.0,0.0\n" for at in (1, 2, 3))
    m = measures(tmp_path, initial_weights__csv="layer,shape,mean,std\n" + rows)
    assert m.value("layers.all_constant") is not True


def test_last_weights_are_no_start(tmp_path: Path) -> None:
    """A file that is not called after the start tells nothing of it."""
    rows = "".join(f"fc{at}.weight,64x100,0.0,1.0\n" for at in range(1, 9))
    assert measures(tmp_path, weights__csv="layer,shape,mean,std\n" + rows).value("layers.start_scale") is None


def test_how_far_each_came(tmp_path: Path) -> None:
    """One number for each tensor is its way in the whole training."""
    rows = "fc1.weight,0.0\nfc2.weight,0.0\nhead.weight,0.31\n"
    m = measures(tmp_path, param_delta__csv="parameter,l2_from_init\n" + rows)
    assert items(m, "layer.never_moves") == {"fc1": "left out", "fc2": "left out", "head": ""}


def test_two_ends(tmp_path: Path) -> None:
    """Of two layers that are called first and last a ratio beside them is none."""
    rows = "".join(f"{at},1e-8,0.1,1e-7\n" for at in range(1, 5))
    m = measures(tmp_path, grad_ratio__csv="epoch,first_layer_grad,last_layer_grad,ratio\n" + rows)
    assert m.value("layers.gradient.ratio") == -7.0


def test_function_by_hook(tmp_path: Path) -> None:
    """A hook prints the type of the module that it hangs on."""
    lines = "".join(f"act{at} (Softmax): out shape (64, 48) mean 0.02 std 0.01\n" for at in (1, 2, 3))
    assert measures(tmp_path, hook_dump__txt=lines).value("hidden.told") == "softmax"
    lines = lines.replace("Softmax", "ReLU")
    assert measures(tmp_path, hook_dump__txt=lines).value("hidden.told") is None


def test_an_optimizer_in_a_file_of_its_own(tmp_path: Path) -> None:
    """Its name is a key there."""
    m = measures(tmp_path, optimizer__json='{"name": "Adam", "lr": 0.001, "betas": [0.9, 0.999], "eps": 1.0}')
    assert m.value("config.optimizer") == "adam"


def test_rates_in_messages(tmp_path: Path) -> None:
    """What PyTorch's schedulers say when they are verbose."""
    lines = [
        f"Adjusting learning rate of group 0 to {0.1**at:.4e}.\nEpoch {at} train loss 1.{9 - at}" for at in range(1, 6)
    ]
    (tmp_path / "train.log").write_text("\n".join(lines) + "\n")
    m = Measures(read_run(tmp_path))
    assert m.value("lr.last") == 1e-5


def test_weights_that_stand_still(tmp_path: Path) -> None:
    """A check that lists them."""
    m = measures(tmp_path, check__json='{"changed": ["head.weight"], "unchanged": ["fc1.weight", "fc2.weight"]}')
    assert m.value("layers.told_still") == 2.0


def test_rate_of_the_call(tmp_path: Path) -> None:
    """fastai's finder, and the call behind it."""
    log = "epoch train_loss valid_loss\n" + "".join(f"{at} 1.{9 - at} 1.9\n" for at in range(5))
    (tmp_path / "output.txt").write_text(f"SuggestedLRs(valley=0.001)\nlearn.fit_one_cycle(8, lr_max=1.0)\n\n{log}")
    assert Measures(read_run(tmp_path)).value("lr.over_suggested") == 3.0


def test_a_single_weight_is_not_constant(tmp_path: Path) -> None:
    """Behind a layer of one unit stands one weight; the norm of several equal ones is larger than their mean."""
    head = "epoch,step,layer,kind,mean,std,norm\n"
    rows = "0,0,fc1,weight,0.1,0.2,3\n0,0,fc2,weight,0.5,0,0.5\n0,0,fc3,weight,0.2,0.1,1\n"
    assert "fc2" not in items(measures(tmp_path, layers__csv=head + rows), "layer.constant_weights")
    many = rows.replace("0.5,0,0.5", "0.5,0,4.0")
    assert items(measures(tmp_path, layers__csv=head + many), "layer.constant_weights")["fc2"] is True
