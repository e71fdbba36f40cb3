"""Values that a script takes from outside: they are found by the way they take, whatever they are called."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from mladvisor.features.catalogue import Measures
from mladvisor.runs.read import read_run

LOG = "epoch,loss\n1,0.9\n2,0.8\n3,0.7\n4,0.6\n"
LOOP = """
net = torch.nn.Linear(4, 1)
opt = torch.optim.SGD(net.parameters(), lr={rate}, momentum={push})
for ep in range({epochs}):
    for start in range(0, 1000, {rows}):
        opt.zero_grad()
        loss = torch.nn.functional.mse_loss(net(x[start:start + {rows}]), y[start:start + {rows}])
        loss.backward()
        opt.step()
"""


def _measured(folder: Path) -> dict[str, object]:
    m = Measures(read_run(folder))
    names = ("learning_rate", "momentum", "epochs", "batch_size")
    found = {name: m.one(f"config.{name}") for name in names}
    return {name: each.value for name, each in found.items() if each.known}


def _run(folder: Path, head: str, **ways: str) -> dict[str, object]:
    (folder / "log.csv").write_text(LOG)
    (folder / "fit.py").write_text("import torch\n" + dedent(head) + LOOP.format(**ways))
    return _measured(folder)


EXPECTED = {"learning_rate": 0.25, "momentum": 0.5, "epochs": 7, "batch_size": 20}


def test_settings_in_toml(tmp_path: Path) -> None:
    """Names that no table of words knows: the call they reach says what they are."""
    (tmp_path / "knobs.toml").write_text("[a]\nfoo = 0.25\nbar = 0.5\n[b]\nlaps = 7\nheap = 20\n")
    head = "import tomllib\nC = tomllib.load(open('knobs.toml', 'rb'))\nB = C['b']\n"
    ways = {"rate": "C['a']['foo']", "push": "C['a'].get('bar', 0.1)", "epochs": "B['laps']", "rows": "int(B['heap'])"}
    assert _run(tmp_path, head, **ways) == EXPECTED


def test_settings_in_yaml_handed_to_a_function(tmp_path: Path) -> None:
    """A file opened by `with`, and its mapping under another name in a function."""
    (tmp_path / "thing.yml").write_text("foo: 0.25\nbar: 0.5\nlaps: 7\nheap: 20\n")
    (tmp_path / "log.csv").write_text(LOG)
    body = LOOP.format(rate="k['foo']", push="k['bar']", epochs="k['laps']", rows="k['heap']").replace("\n", "\n    ")
    (tmp_path / "fit.py").write_text(
        "import torch, yaml\ndef main(k):\n    pass" + body + "\nwith open('thing.yml') as f:\n"
        "    conf = yaml.safe_load(f)\nmain(conf)\n"
    )
    assert _measured(tmp_path) == EXPECTED


@pytest.mark.parametrize(
    ("module", "head", "way"),
    [
        ("foo, bar, laps, heap = 0.25, 0.5, 7, 20", "import settings as s", "s.{}"),
        ("foo = 0.25\nbar = 0.5\nlaps = 7\nheap = 20", "from settings import *", "{}"),
        ("foo = 0.25\nbar = 0.5\nlaps = 7\nheap = 20", "foo = 9\nexec(open('settings.py').read())", "{}"),
        ("S = dict(foo=0.25, bar=0.5, laps=7, heap=20)", "from settings import S", "S['{}']"),
        ("class C:\n    foo = 0.25\n    bar = 0.5\n    laps = 7\n    heap = 20", "from settings import C", "C.{}"),
    ],
)
def test_settings_in_a_module(tmp_path: Path, module: str, head: str, way: str) -> None:
    """Constants of a module beside the script, imported in the ways people do."""
    (tmp_path / "settings.py").write_text(module + "\n")
    ways = {"rate": "foo", "push": "bar", "epochs": "laps", "rows": "heap"}
    assert _run(tmp_path, head, **{key: way.format(name) for key, name in ways.items()}) == EXPECTED


def test_options_as_given_overrule_their_defaults(tmp_path: Path) -> None:
    """The command line beside the log says what the options were."""
    (tmp_path / "run.sh").write_text("python fit.py --foo 0.25 --laps 7\n")
    head = """
        import argparse
        p = argparse.ArgumentParser()
        p.add_argument('--foo', type=float, default=0.1)
        p.add_argument('--bar', type=float, default=0.5)
        p.add_argument('--laps', type=int, default=3)
        p.add_argument('--heap', type=int, default=20)
        o = p.parse_args()
        """
    assert _run(tmp_path, head, rate="o.foo", push="o.bar", epochs="o.laps", rows="o.heap") == EXPECTED


def test_words_of_the_command_line_by_position(tmp_path: Path) -> None:
    """`sys.argv` by index and in a slice."""
    (tmp_path / "command").write_text("python fit.py 0.25 0.5 7 20\n")
    head = "import sys\na, b = map(float, sys.argv[1:3])\nc, d = int(sys.argv[3]), int(sys.argv[4])\n"
    assert _run(tmp_path, head, rate="a", push="b", epochs="c", rows="d") == EXPECTED


def test_the_branch_that_the_settings_choose(tmp_path: Path) -> None:
    """Of two optimizers the one that the configuration names is taken; an open choice stays unknown."""
    head = "import json\nC = json.load(open('c.json'))\n"
    (tmp_path / "log.csv").write_text(LOG)
    text = (
        "import torch\n"
        + head
        + (
            "net = torch.nn.Linear(4, 1)\n"
            "if C['how'] == 'plain':\n    opt = torch.optim.SGD(net.parameters(), lr=C['foo'])\n"
            "else:\n    opt = torch.optim.Adam(net.parameters(), lr=0.001)\n"
            "for ep in range(3):\n    loss = net(x).sum()\n    loss.backward()\n    opt.step()\n"
        )
    )
    (tmp_path / "fit.py").write_text(text)
    for chosen, expected in (("plain", "sgd"), ("other", "adam"), (None, None)):
        (tmp_path / "c.json").write_text(
            f'{{"foo": 0.3{f", {chr(34)}how{chr(34)}: {chr(34)}{chosen}{chr(34)}" if chosen else ""}}}'
        )
        measured = Measures(read_run(tmp_path)).one("config.optimizer")
        assert (measured.value if measured.known else None) == expected
