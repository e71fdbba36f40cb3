"""TensorBoard event files: every writer's scalars, and what is left of a damaged file."""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mladvisor.errors import ReadError
from mladvisor.runs.discover import find_runs
from mladvisor.runs.read import read_run
from mladvisor.runs.readers.base import Candidate, RawCurve, Reading
from mladvisor.runs.readers.event_file import masked_crc
from mladvisor.runs.readers.tensorboard import TENSORBOARD

REAL_RUNS = Path(__file__).parents[3] / "shared" / "real_runs"


def varint(value: int) -> bytes:
    """A protobuf variable-length integer (negative ones take ten bytes)."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def field(number: int, data: bytes) -> bytes:
    """A length-delimited field."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def frame(data: bytes) -> bytes:
    """A TFRecord with the right checksum of its length."""
    length = struct.pack("<Q", len(data))
    return length + struct.pack("<I", masked_crc(length)) + data + b"\0\0\0\0"


def event(step: int, *values: bytes) -> bytes:
    """An event; a step of 0 is left out, as protobuf writers do."""
    head = b"\t" + struct.pack("<d", 1.7e9) + (b"\x10" + varint(step) if step else b"")
    return frame(head + field(5, b"".join(field(1, value) for value in values)))


def simple(tag: str, number: float) -> bytes:
    """A summary value as torch writes it."""
    return field(1, tag.encode()) + b"\x15" + struct.pack("<f", number)


def tensor(tag: str, number: float, kind: int = 1, code: str = "<f") -> bytes:
    """A summary value as TF2 writes it: a scalar tensor, then the plugin's name."""
    content = b"\x08" + varint(kind) + field(2, b"") + field(4, struct.pack(code, number))
    return field(1, tag.encode()) + field(8, content) + field(9, field(1, field(1, b"scalars")))


def histogram(tag: str, squares: float) -> bytes:
    """A summary value with a histogram: least, largest, count, sum and sum of squares, which is left out when zero."""
    told = [(1, -1.0), (2, 1.0), (3, 8.0), *([(5, squares)] if squares else [])]
    counts = b"".join(varint(number << 3 | 1) + struct.pack("<d", value) for number, value in told)
    return field(1, tag.encode()) + field(5, counts + field(6, b"\0" * 16) + field(7, b"\0" * 16))


VERSION = frame(b"\t" + struct.pack("<d", 1.7e9) + field(3, b"brain.Event:2"))


def read(data: bytes, folder: Path, rel: str = "events.out.tfevents.1") -> Reading:
    """The reading of a file with these bytes."""
    path = folder / "events.out.tfevents.1"
    path.write_bytes(data)
    return TENSORBOARD.read(Candidate(str(path), rel))


def points(curve: RawCurve) -> list[tuple[float, float]]:
    assert curve.x is not None
    return list(zip(curve.x.tolist(), curve.y.tolist(), strict=True))


floats = st.floats(width=32)
scalars = st.lists(
    st.tuples(st.sampled_from(["loss", "val/loss", "größe"]), st.integers(0, 1 << 40), floats, st.booleans()),
    max_size=30,
)


@settings(max_examples=60, deadline=None)
@given(scalars)
def test_what_was_written_is_read(tmp_path_factory: pytest.TempPathFactory, written: list) -> None:
    """Tags, steps and numbers come back exactly, of simple and tensor values alike, NaN and infinities included."""
    data = VERSION + b"".join(
        event(step, (tensor if as_tensor else simple)(tag, number)) for tag, step, number, as_tensor in written
    )
    steps = [[step for name, step, *_ in written if name == tag] for tag in {row[0] for row in written}]
    assume(any(len(set(own)) > 1 for own in steps) or all(len(own) < 3 for own in steps))  # else the order counts
    reading = read(data, tmp_path_factory.mktemp("run"))
    assert not reading.torn
    for tag in {row[0] for row in written}:
        (curve,) = [curve for curve in reading.curves if curve.name == tag]
        expected = [(step, number) for name, step, number, _ in written if name == tag]
        assert curve.x is not None
        assert curve.x.tolist() == [step for step, _ in expected]
        np.testing.assert_array_equal(curve.y, [number for _, number in expected])


def test_a_file_cut_anywhere_keeps_the_whole_records_before_the_cut(tmp_path: Path) -> None:
    """Each cut loses the cut record only, says that the file is torn, and never raises after the first record."""
    records = [VERSION, *(event(step, simple("loss", 1 / step)) for step in (1, 200, 70_000))]
    data = b"".join(records)
    ends = np.cumsum([len(record) for record in records]).tolist()
    for cut in range(len(VERSION), len(data)):
        reading = read(data[:cut], tmp_path)
        whole = sum(end <= cut for end in ends)
        assert sum(len(curve.y) for curve in reading.curves) == whole - 1
        assert reading.torn == (cut not in ends)


def test_large_records_are_skipped_and_the_next_scalar_is_found(tmp_path: Path) -> None:
    """Images and graphs, longer than a chunk or shorter, do not hide the scalars after them."""
    image = field(1, b"sample") + field(4, b"\0" * 3000)
    huge = frame(b"\t" + struct.pack("<d", 1.7e9) + field(4, b"\0" * 9_000_000))
    data = VERSION + event(1, simple("loss", 2), image) + huge + event(2, image) + event(3, simple("loss", 1))
    (curve,) = read(data, tmp_path).curves
    assert points(curve) == [(1, 2.0), (3, 1.0)]


@pytest.mark.parametrize(("kind", "code"), [(1, "<f"), (2, "<d"), (19, "<e"), (3, "<i"), (9, "<q")])
def test_tensor_types(tmp_path: Path, kind: int, code: str) -> None:
    """Float, double, half and integer tensors are numbers."""
    (curve,) = read(VERSION + event(5, tensor("loss", 3, kind, code)), tmp_path).curves
    assert points(curve) == [(5, 3.0)]


def test_bfloat16_and_packed_floats(tmp_path: Path) -> None:
    """A bfloat16 is the upper half of a float; `float_val` holds what `tensor_content` does not."""
    half = b"\x08\x0e" + field(4, struct.pack("<f", 0.5)[2:])
    packed = b"\x08\x01" + field(5, struct.pack("<f", 0.25))
    data = VERSION + event(1, field(1, b"a") + field(8, half)) + event(1, field(1, b"b") + field(8, packed))
    assert [curve.y.tolist() for curve in read(data, tmp_path).curves] == [[0.5], [0.25]]


def test_vectors_and_texts_are_no_curves(tmp_path: Path) -> None:
    """A tensor with more than one number, or a text, gives no point."""
    vector = field(1, b"v") + field(8, b"\x08\x01" + field(4, struct.pack("<2f", 1, 2)))
    text = field(1, b"t") + field(8, b"\x08\x07" + field(8, b"hello")) + field(9, field(1, field(1, b"text")))
    assert read(VERSION + event(1, vector, text), tmp_path).curves == []


def test_many_values_in_one_event(tmp_path: Path) -> None:
    """TF1's merged summaries: each value of an event is a point at its step."""
    data = VERSION + b"".join(event(step, simple("a", step), simple("b", -step)) for step in range(3))
    assert [curve.y.tolist() for curve in read(data, tmp_path).curves] == [[0, 1, 2], [0, -1, -2]]


def test_hyper_parameters_are_read(tmp_path: Path) -> None:
    """The hparams plugin's session start, and JSON in a text summary (Hugging Face's arguments)."""
    entry = field(1, b"lr") + field(2, b"\x11" + struct.pack("<d", 0.5))
    content = field(3, field(1, entry) + field(1, field(1, b"opt") + field(2, field(3, b"sgd"))))
    hparams = field(1, b"_hparams_/x") + field(9, field(1, field(1, b"hparams") + field(2, content)))
    args = field(8, b"\x08\x07" + field(8, b'{"seed": 42}')) + field(9, field(1, field(1, b"text")))
    reading = read(VERSION + event(0, hparams) + event(0, field(1, b"args/text_summary") + args), tmp_path)
    assert reading.config == {"lr": 0.5, "opt": "sgd", "seed": 42}


def test_the_folder_hints_at_the_split(tmp_path: Path) -> None:
    """Keras' `validation/`, add_scalars' `Loss_train/`; the run's own name only where it is such a word."""
    data = VERSION + event(1, simple("epoch_loss", 2))
    expected = {"validation": "val", "logs/train": "train", "Loss_test": "test", "contest": None, "": None}
    for folder, split in expected.items():
        (curve,) = read(data, tmp_path, f"{folder}/events.out.tfevents.1").curves
        assert (curve.split, curve.x_unit) == (split, "epoch")


def test_steps_learn_their_epoch_from_an_epoch_tag(tmp_path: Path) -> None:
    """Lightning and Hugging Face log `epoch` by step: the epoch of a point is the last logged by then."""
    data = VERSION + b"".join(event(s, simple("loss", 1), simple("epoch", s // 2)) for s in range(4))
    curve = next(curve for curve in read(data, tmp_path).curves if curve.name == "loss")
    assert curve.epochs is not None
    assert curve.epochs.tolist() == [0, 0, 1, 1]


def test_corruption_in_the_middle_is_said_and_the_start_is_used(tmp_path: Path) -> None:
    """A length that fails its checksum ends the reading with a warning, not with an error."""
    data = VERSION + event(1, simple("loss", 2)) + b"\xff" * 40
    reading = read(data, tmp_path)
    assert points(reading.curves[0]) == [(1, 2.0)]
    assert "damaged after record 2" in reading.warnings[0]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.booleans())
def test_random_bytes_raise_nothing_but_read_error(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, framed: bool
) -> None:
    """Bytes from anywhere, bare or as the data of a right frame, give a reading or a ReadError."""
    try:
        read(VERSION + frame(noise) if framed else noise, tmp_path_factory.mktemp("noise"))
    except ReadError as error:
        assert "TensorBoard" in str(error)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_flipped_byte_never_escapes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Any one byte of a good file may be wrong: no exception but ReadError, and no more points than were written."""
    good = bytearray(VERSION + event(1, simple("a", 1)) + event(2, tensor("b", 2)) + event(3, tensor("b", 3)))
    good[data.draw(st.integers(0, len(good) - 1))] ^= data.draw(st.integers(1, 255))
    try:
        reading = read(bytes(good), tmp_path_factory.mktemp("flip"))
    except ReadError:
        return
    assert sum(len(curve.y) for curve in reading.curves) <= 3


def test_only_event_files_are_claimed(tmp_path: Path) -> None:
    """The checksum of the first length decides, not the name; zeros (a sparse file) are not claimed."""
    claims = {"a.bin": VERSION, "events.out.tfevents.2": b"\0" * 4096, "events.out.tfevents.3": b"epoch,loss\n1,2\n"}
    for name, data in claims.items():
        (tmp_path / name).write_bytes(data)
        sure = TENSORBOARD.sniff(Candidate(str(tmp_path / name), name))
        assert (sure > 0.9) == (data is VERSION)


def test_the_real_checksum() -> None:
    """CRC-32C of "123456789" is the check value E3069283 of its definition."""
    masked = masked_crc(b"123456789")
    rotated = (masked - 0xA282EAD8) & 0xFFFFFFFF
    assert (rotated >> 17 | rotated << 15) & 0xFFFFFFFF == 0xE3069283


@pytest.mark.skipif(not REAL_RUNS.is_dir(), reason="the real runs are not beside the repository")
def test_real_event_files() -> None:
    """Every real event file is claimed and read without a warning; losses are finite at the start."""
    files = sorted(REAL_RUNS.glob("*/*/**/*tfevents*"))
    assert len(files) > 10
    for path in files:
        candidate = Candidate(str(path), path.name)
        assert TENSORBOARD.sniff(candidate) > 0.9
        reading = TENSORBOARD.read(candidate)
        assert not reading.warnings
        for curve in reading.curves:
            if curve.name == "train/loss":
                assert math.isfinite(curve.y[0])


@pytest.mark.frameworks
def test_same_as_tensorboard(tmp_path: Path) -> None:
    """What torch's SummaryWriter writes is read as TensorBoard's own loader reads it."""
    writer_module = pytest.importorskip("torch.utils.tensorboard")
    with writer_module.SummaryWriter(str(tmp_path)) as writer:
        for step in range(300):
            writer.add_scalar("loss", 1 / (step + 1), step)
            writer.add_scalar("new", step, step, new_style=True)
    (path,) = tmp_path.glob("*tfevents*")
    curves = {curve.name: curve for curve in TENSORBOARD.read(Candidate(str(path), path.name)).curves}
    np.testing.assert_allclose(curves["loss"].y, 1 / np.arange(1, 301), rtol=1e-6)
    assert points(curves["new"]) == [(step, float(step)) for step in range(300)]


def test_the_norm_of_a_gradient_is_read_off_its_histogram(tmp_path: Path) -> None:
    """Under one kind of name, however the tag says that it is one; weights, biases and outputs give no curve."""
    tags = ("gradients/fc1.weight", "fc2.weight.grad", "fc3/kernel_gradient")
    others = ("fc1.weight", "fc1.bias.grad", "activations/fc1")
    events = [
        event(step, *(histogram(tag, 0.0 if tag == tags[2] else (step + 1.0) ** 2) for tag in (*tags, *others)))
        for step in range(3)
    ]
    curves = {curve.name: curve for curve in read(VERSION + b"".join(events), tmp_path).curves}
    names = ["gradients/fc1.weight/size", "gradients/fc2.weight/size", "gradients/fc3/kernel/size"]
    assert list(curves) == names
    assert points(curves[names[1]]) == [(0, 1.0), (1, 2.0), (2, 3.0)] and not curves[names[2]].y.any()


def test_restarts_in_one_folder_are_one_curve(tmp_path: Path) -> None:
    """Two event files, the second from a checkpoint: its points replace those of the same steps."""
    first = VERSION + b"".join(event(step, simple("train/loss", step)) for step in range(10))
    second = VERSION + b"".join(event(step, simple("train/loss", -step)) for step in range(6, 12))
    (tmp_path / "events.out.tfevents.100.host").write_bytes(first)
    (tmp_path / "events.out.tfevents.200.host").write_bytes(second)
    (tmp_path / "events.out.tfevents.50.host.profile-empty").write_bytes(VERSION)
    run = read_run(tmp_path)
    (curve,) = run.curves
    assert curve.x.tolist() == list(range(12))
    assert curve.y.tolist() == [0, 1, 2, 3, 4, 5, -6, -7, -8, -9, -10, -11]


def test_keras_folders_are_one_run(tmp_path: Path) -> None:
    """`train/` and `validation/` below one folder: the same tag, told apart by the folder."""
    for folder, value in (("train", 0.5), ("validation", 0.7)):
        (tmp_path / folder).mkdir()
        data = VERSION + b"".join(event(step, tensor("epoch_loss", value)) for step in range(5))
        (tmp_path / folder / "events.out.tfevents.1.host.v2").write_bytes(data)
    run = read_run(tmp_path)
    assert {curve.role.split: curve.y[0] for curve in run.curves} == {"train": 0.5, "val": np.float32(0.7)}


def test_add_scalars_opens_folders_of_the_same_run(tmp_path: Path) -> None:
    """`add_scalars("loss", {"train": .., "val": ..})` writes one tag into two folders: one run with two curves."""
    files = {"": VERSION}
    for key, start in (("train", 2.0), ("val", 3.0)):
        files[f"loss_{key}/"] = VERSION + b"".join(event(s, simple("loss", start - s / 10)) for s in range(5))
    files["1700000000.25/"] = VERSION
    for name, data in files.items():
        (tmp_path / "run" / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / "run" / name / "events.out.tfevents.1").write_bytes(data)
    run = read_run(tmp_path / "run")
    assert {(c.name, c.role.split, float(c.y[0])) for c in run.curves} == {
        ("loss/train", "train", 2.0),
        ("loss/val", "val", 3.0),
    }
    assert list(find_runs(tmp_path)) == [tmp_path / "run"]


def test_add_scalars_with_other_keys_keeps_them_apart(tmp_path: Path) -> None:
    """Curves of `add_scalars("loss/all", {"a": .., "b": ..})` are called by tag and key."""
    (tmp_path / "events.out.tfevents.1").write_bytes(VERSION)
    for at, key in enumerate("ab", 10):
        (tmp_path / f"loss_all_{key}").mkdir()
        data = VERSION + b"".join(event(s, simple("loss/all", s / at)) for s in range(5))
        (tmp_path / f"loss_all_{key}" / "events.out.tfevents.1").write_bytes(data)
    assert {"loss/all/a", "loss/all/b"} <= {c.name for c in read_run(tmp_path).curves}


def test_without_global_step_the_order_counts(tmp_path: Path) -> None:
    """All points on step 0 would be a vertical line: the record is x, for each tag alike, and a note says so."""
    data = VERSION
    for at in range(20):
        data += event(0, simple("train_loss", 2 - at / 20))
        if at % 5 == 4:
            data += event(0, simple("val_loss", 2 - at / 30))
    reading = read(data, tmp_path)
    train, val = reading.curves
    assert train.x is not None
    assert val.x is not None
    assert (train.x_unit, val.x_unit) == ("row", "row")
    assert (np.diff(train.x) > 0).all()
    assert val.x.tolist() == [6, 12, 18, 24], "validation stands where it was computed"
    assert any("order in the file is x" in note for note in reading.notes)
