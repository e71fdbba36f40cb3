"""Rows that a script both trains on and evaluates on, and labels of test rows in an encoding."""

from __future__ import annotations

import pytest

from mladvisor.features.code_label_means import encodes_after_split
from mladvisor.features.code_overlap import evaluates_on_other_rows
from mladvisor.runs.script.code import Code

HEAD = "import numpy as np, pandas as pd, torch\nfrom sklearn.model_selection import train_test_split\n"
SPLIT = "X_tr, X_te, y_tr, y_te = train_test_split(X, y)\n"
BOOST = "import xgboost as xgb, lightgbm as lgb\nd = xgb.DMatrix(X, y)\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x_train, x_val = x[:1000], x[800:1200]", False),
        ("n = 900\ntrain = df.iloc[:n]\ntest = df.iloc[500:]", False),
        ("tr = Subset(ds, range(300))\nva = Subset(ds, torch.randperm(300)[:100].tolist())", False),
        ("idx = torch.randperm(500)\ntr = Subset(ds, idx[:400])\nva = Subset(ds, idx[400:])", None),
        (
            "i = torch.randperm(500).tolist()\ntrain_set = Subset(ds, i[:400])\nval_set = Subset(ds, i[:90])",
            False,
        ),
        ("i = list(range(500))\ntrain_set = Subset(ds, i[:400])\nval_set = Subset(aug, i[:90])", None),
        ("x_train, x_val = x[:1000], x[1000:]", None),
        ("x_train, x_val = x[:n], x[n:]", None),
        ("train, test = s[:1500], s[1500 - 60:]", None),  # the first window looks back
        ("train, test = s[:1500], s[1440:1800]", None),
        ("x_train, y_train = s[:800], s[1:801]\nx_test, y_test = s[800:999], s[801:1000]", None),  # one step on
        ("x_train, x_val = x[:1000], x[200:300]", False),
        ("x_train, x_val = x[:1000], x[-200:]", None),  # it hangs on how many there are
        ("x_train = x_train[:1000]\nx_val = x_val[:200]", None),
        ("x_train = x[:1000]\nx = other()\nx_val = x[:200]", None),
        (SPLIT + "m.fit(X, y)\nprint(m.score(X_te, y_te))", False),
        (SPLIT + "m = SVC().fit(X, y)\np = m.predict(X_te)", False),
        (SPLIT + "m.fit(X_tr, y_tr)\nprint(m.score(X_te, y_te))\nm.fit(X, y)", None),  # for use, at the end
        (SPLIT + "m.fit(X_tr, y_tr)\nm2 = M()\nm2.fit(X, y)\nprint(m2.predict(X_te))", None),
        (SPLIT + "print(cross_val_score(M(), X_tr, y_tr))\nm.fit(X, y)\nprint(m.predict(X_te))", None),
        (SPLIT + "s.fit(X)\nprint(s.transform(X_te))", None),
        ("x_val = x_train[:500]\nm.fit(x_train, y_train, validation_data=(x_val, y_val))", False),
        ("x_val = x_train[:500]\nx_train = x_train[500:]\nm.fit(x_train, y, validation_data=(x_val, v))", None),
        ("(x_train, x_val) = x_train[500:], x_train[:500]\nm.fit(x_train, y, validation_data=(x_val, v))", None),
        ("x_val = x_train[:500]\nm.fit(x_train[500:], y[500:], validation_data=(x_val, v))", None),
        ("m.fit(X, y, validation_data=(X[:500], y[:500]))", False),
        ("m.fit(X[500:], y[500:], validation_data=(X[:500], y[:500]))", None),
        ("m.fit(X[:20], y[:20], validation_data=(X[:20], y[:20]))", None),  # whether it can learn a few by heart
        ("val_ds = ds.take(9)\nm.fit(ds, validation_data=val_ds)", False),
        ("val_ds = ds.take(9)\ntrain_ds = ds.skip(9)\nm.fit(train_ds, validation_data=val_ds)", None),
        (BOOST + "v = xgb.DMatrix(X[:200], y[:200])\nxgb.train(p, d, 9, evals=[(d, 'train'), (v, 'valid')])", False),
        (
            BOOST + "v = xgb.DMatrix(X[:200], y[:200])\nxgb.train(p, d, 9, evals=[(v, 'train_part'), (w, 'valid')])",
            None,
        ),
        (BOOST + "v = xgb.DMatrix(V, u)\nxgb.train(p, d, 9, evals=[(d, 'train'), (v, 'valid')])", None),
        (
            "d = lgb.Dataset(df.head(90), y.head(90))\nall_ = lgb.Dataset(df, y)\nlgb.train(p, all_, valid_sets=[d])",
            None,  # nobody calls it held out
        ),
        ("m.fit(X, y, eval_set=[(X, y), (X.iloc[-90:], y[-90:])])", None),
        ("m.fit(X, y, eval_set=[(X.iloc[-90:], y[-90:])])", False),
    ],
)
def test_evaluation_takes_rows_that_training_leaves(text: str, expected: bool | None) -> None:
    found = evaluates_on_other_rows(Code("train.py", HEAD + text + "\n"))
    assert (found[0] if found is not None else None) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("df['area'] = df.groupby('zip')['price'].transform('mean')\n{}", False),
        ("df['area'] = df.groupby('zip').price.transform('median')\n{}", False),
        ("means = df.groupby('zip')['price'].mean()\ndf['area'] = df['zip'].map(means)\n{}", False),
        ("{}train['area'] = train.groupby('zip')['price'].transform('mean')", None),
        ("df['size'] = df.groupby('zip')['rooms'].transform('mean')\n{}", None),  # not of the label
        ("df['last'] = df.groupby('shop')['price'].transform(lambda one: one.shift(1))\n{}", None),
        ("df['price'] = df['price'] - df.groupby('zip')['price'].transform('mean')\n{}", None),  # it is the label still
        ("df['target'] = df['price'] > df.groupby('zip')['price'].transform('median')\n{}", None),
        ("columns = ['rooms', 'area']\ndf['base'] = df.groupby('zip')['price'].transform('mean')\n{}", None),  # to beat
        ("columns = ['rooms', 'base']\ndf['base'] = df.groupby('zip')['price'].transform('mean')\n{}", False),
        ("df['many'] = df.groupby('zip')['price'].transform('count')\n{}", None),
    ],
)
def test_means_of_the_label_are_taken_of_training_rows(text: str, expected: bool | None) -> None:
    split = "train, test = train_test_split(df)\n"
    text = (
        HEAD + "df = pd.read_csv('a.csv')\n" + text.format(split) + "\ny = train['price']\nm.fit(train[columns], y)\n"
    )
    found = encodes_after_split(Code("train.py", text))
    assert (found[0] if found is not None else None) is expected


LOADERS = "train_dl = DataLoader(ds, 32, shuffle=True)\n{}val_dl = DataLoader({}, 64)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("X_val, y_val = X_train, y_train", False),
        ("val_set = train_set\nval_set = Views(train_set)", None),
        ("if small:\n    val_set = train_set", None),
        ("test_map = train_map\nval_transform = train_transform\ntest_batch_size = train_batch_size", None),
        ("val_loader = train_loader", False),
        (LOADERS.format("", "ds"), False),
        (LOADERS.format("", "other"), None),
        (LOADERS.format("", "ds, sampler=held").replace(", 64", ""), None),
        (LOADERS.format("ds = Digits(train=False)\n", "ds"), None),
        (LOADERS.format("# sanity check\n", "ds"), None),
        ("train_dl, test_dl = DataLoader(tr), DataLoader(tr)", False),
        ("m.fit(X, y, validation_data=(X, y))", False),
        ("m.fit(X, y, validation_data=(V, u))", None),
        ("m.fit(X, y, eval_set=[(X, y)], eval_names=['valid'])", False),
        ("m.fit(X, y, eval_set=[(X, y)], callbacks=[lgb.early_stopping(9)])", False),
        ("m = XGBClassifier(early_stopping_rounds=9)\nm.fit(X, y, eval_set=[(X, y)])", False),
        ("m.fit(X, y, eval_set=[(X, y)])", None),  # to watch the training loss
        ("m.fit(X, y, eval_set=[(X, y), (V, u)], callbacks=[lgb.early_stopping(9)])", None),
        ("Trainer(model=m, train_dataset=ds, eval_dataset=ds)", False),
        ("trainer.fit(net, dl, dl)", False),
        ("trainer.fit(net, dl, held)", None),
        ("val_loss, val_acc = evaluate(net, train_loader)", False),
        ("val_acc = net.score(X_train, y_train)", False),
        ("train_acc, val_acc = evaluate(net, train_loader), evaluate(net, val_loader)", None),
        ("val_loss = evaluate(net, train_loader, val_loader)", None),
        ("val_scores = cross_validate(net, X_train, y_train)", None),
        ("X_val = scaler.fit(X_train).transform(X_v)", None),
    ],
)
def test_what_is_trained_on_is_not_validated_on_as_a_whole(text: str, expected: bool | None) -> None:
    found = evaluates_on_other_rows(Code("train.py", HEAD + text + "\n"))
    assert (found[0] if found is not None else None) is expected


def test_an_encoder_is_fitted_behind_the_split() -> None:
    lines = ["from category_encoders import TargetEncoder", "X = TargetEncoder().fit_transform(X, y)", SPLIT]
    assert encodes_after_split(Code("train.py", HEAD + "\n".join(lines))) is not None
    after = [lines[0], SPLIT, "X_tr = TargetEncoder().fit_transform(X_tr, y_tr)"]
    assert encodes_after_split(Code("train.py", HEAD + "\n".join(after))) is None
