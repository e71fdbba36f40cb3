"""A form that is taken back after the axes were exchanged tears rows apart; other ways to change forms do not."""

import pytest

from mladvisor.features.code_rows import keeps_rows_whole
from mladvisor.runs.script.code import Code

HEAD = "import numpy as np, torch\n"


@pytest.mark.parametrize(
    "text",
    [
        "shape = X_train.shape\nX_train = X_train.t().reshape(shape)",
        "X = X.T.reshape(X.shape)",
        "X = np.transpose(X).reshape(*X.shape)",
        "X = np.reshape(X.T, X.shape)",
        "X = X.T.reshape(len(X), -1)",
        "n, d = X.shape\nX = X.T.reshape(n, d)",
        "X = X.T.copy().reshape(-1, X.shape[1])",
        "images = images.transpose(0, 1).contiguous().view(images.size())",
        "X = X.permute(1, 0).reshape_as(X)",
        "X = X.reshape(X.shape[::-1]).T",
        "y = X.reshape(X.shape[1], X.shape[0]).T",
        "self.data = self.data.T.reshape(self.data.shape)",
        "x = x.reshape(x.shape[0], x.shape[3], x.shape[1], x.shape[2])",
        "n, h, w, c = x.shape\nx = x.reshape(n, c, h, w)",
        "x = x.view(x.size(0), x.size(2), x.size(1))",
        "x = np.reshape(x, (len(x), x.shape[2], x.shape[1]))",
        "x = np.load('pictures.npy')  # N,H,W,3\nx = torch.from_numpy(x).reshape(-1, 3, 16, 16).float()",
        "(x_train, y), _ = keras.datasets.cifar10.load_data()\nx_train = x_train.reshape(len(x_train), 3, 32, 32)",
        "img = cv2.imread(path)\nimg = torch.tensor(img).view(3, 224, 224)",
        "d = load('cifar-10-batches-py/data_batch_1')\nx = d['data']\nx = x.reshape(-1, 32, 32, 3)",
    ],
)
def test_an_exchange_under_the_old_form_tears_rows_apart(text: str) -> None:
    found = keeps_rows_whole(Code("train.py", HEAD + text))
    assert found is not None and found[0] is False


@pytest.mark.parametrize(
    "text",
    [
        "X = X.T",
        "X = X.reshape(len(X), -1)",
        "x = x.transpose(0, 2, 3, 1).reshape(len(x), -1)",  # each picture flattened in its own row
        "x = x.permute(0, 2, 1).reshape(x.shape[0], -1)",
        "out = out.transpose(1, 2).reshape(B, T, C)",  # heads of attention put together
        "w = kernel.T.reshape(kernel.shape)",  # no rows
        "X = X.T.reshape(-1)",
        "X = X.T.reshape(X.shape[1], X.shape[0])",
        "X = X.reshape(X.shape[0], -1).T",
        "x = x.reshape(-1, 3, 32, 32)",  # rows may be planes of colours
        "d = load('cifar-10-batches-py/data_batch_1')\nx = d['data']\nx = x.reshape(-1, 3, 32, 32)",
        "d = load('data_batch_1')\nx = d['data']\nx = x.reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)  # NHWC",
        "x = np.load('digits.npy')  # NHWC\nx = x.reshape(-1, 1, 28, 28)",
        "B, T, C = x.shape\nx = x.view(B, T, 4, C // 4)",
        "B, T, C = x.shape\nx = x.view(B * T, C)",
        "x = x.view(x.size(0), -1)",
    ],
)
def test_other_forms_keep_rows_or_say_nothing(text: str) -> None:
    assert keeps_rows_whole(Code("train.py", HEAD + text)) is None
