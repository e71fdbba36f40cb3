"""What the labels of well-known data sets and generators are, by the name of the function or class that makes them.

The value is the number of classes, 0 for a number, -1 for several labels at once. Documentation of scikit-learn, Keras
and torchvision.
"""

from __future__ import annotations

NUMBER, SEVERAL = 0, -1

BUNDLED = {
    "load_iris": 3,
    "load_wine": 3,
    "load_digits": 10,
    "load_breast_cancer": 2,
    "load_diabetes": NUMBER,
    "fetch_california_housing": NUMBER,
    "fetch_20newsgroups": 20,
    "fetch_covtype": 7,
    "fetch_olivetti_faces": 40,
    "load_linnerud": NUMBER,
}
"""Of scikit-learn: a Bunch with `target`, or (X, y)."""
WIDEST = {
    "load_wine": 811.0,  # proline
    "load_breast_cancer": 1048.0,  # worst area
    "fetch_california_housing": 1821.0,  # population
    "fetch_covtype": 2972.0,  # elevation
}
"""Of those that come unscaled, with columns of many units: root mean square of the widest column."""
GENERATORS = {
    "make_moons": 2,
    "make_circles": 2,
    "make_hastie_10_2": 2,
    "make_regression": NUMBER,
    "make_friedman1": NUMBER,
    "make_friedman2": NUMBER,
    "make_friedman3": NUMBER,
    "make_sparse_uncorrelated": NUMBER,
    "make_multilabel_classification": SEVERAL,
}
"""Of scikit-learn: (X, y)."""
COUNTED = {
    "make_classification": ("n_classes", 2),
    "make_blobs": ("centers", 3),
    "make_gaussian_quantiles": ("n_classes", 3),
}
"""Generators with the argument that sets the number of classes, and what it is when it is left out."""
SPLIT = {
    "mnist": 10,
    "fashion_mnist": 10,
    "cifar10": 10,
    "cifar100": 100,
    "imdb": 2,
    "reuters": 46,
    "boston_housing": NUMBER,
    "california_housing": NUMBER,
}
"""Of keras.datasets: `load_data()` gives (x, y), (x, y)."""
PICTURES = {
    "MNIST": 10,
    "FashionMNIST": 10,
    "KMNIST": 10,
    "QMNIST": 10,
    "CIFAR10": 10,
    "CIFAR100": 100,
    "SVHN": 10,
    "STL10": 10,
}
"""Of torchvision.datasets: pairs of picture and class."""
