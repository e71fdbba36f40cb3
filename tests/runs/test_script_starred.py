"""Names that `from library import *` brings into a script are known as that library's."""

from __future__ import annotations

from mladvisor.runs.script.code import Code


def _calls(text: str) -> list[str]:
    return [name for _, name in Code("train.py", text).calls]


def test_names_of_a_library_are_known() -> None:
    text = "from sklearn.ensemble import *\nfrom sklearn.svm import SVC\nRandomForestClassifier(40)\nSVC()\nprint(1)\n"
    assert _calls(text) == ["sklearn.ensemble.RandomForestClassifier", "sklearn.svm.SVC", "print"]


def test_of_several_modules_the_library_is_known() -> None:
    assert _calls("from keras.layers import *\nfrom keras.models import *\nDense(3)\n") == ["keras.Dense"]


def test_what_the_script_binds_itself_is_its_own() -> None:
    text = "from torch.nn import *\ndef fit(model):\n    model()\nnet = Linear(2, 3)\nfit(net)\n"
    assert _calls(text) == ["model", "torch.nn.Linear", "fit"]


def test_names_of_unknown_or_several_libraries_stay_open() -> None:
    assert _calls("from helpers import *\ntrain()\n") == ["train"]
    assert _calls("from torch.nn import *\nfrom keras.layers import *\nLinear(1)\n") == ["Linear"]
