"""The pytest plugin: the model tests as parametrised tests of your own project.

    # tests/test_model.py
    import pytest

    @pytest.fixture(scope="session")
    def mladvisor_model():
        return make_model(), (X, y)

    def test_model(mladvisor_case):
        mladvisor_case.check()

`pytest --mladvisor-run runs/candidate` keeps the results in `checks.json` of that run folder, where
`mladvisor diagnose` takes them as evidence. Nothing of it is imported before a test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from mladvisor.testing.data import Data
    from mladvisor.testing.result import Result
    from mladvisor.testing.subjects import Subject


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("mladvisor", "model tests (mladvisor)")
    group.addoption("--mladvisor-run", metavar="DIR", default=None, help="keep results in checks.json of this folder")
    group.addoption(
        "--mladvisor-only", metavar="NAME", action="append", default=[], help="run only this model test (repeatable)"
    )


def pytest_configure(config: pytest.Config) -> None:
    """A name that no model test has ends the session before it begins."""
    only = config.getoption("--mladvisor-only")
    if only:
        from mladvisor.errors import UsageError
        from mladvisor.testing.suite import chosen

        try:
            chosen(only)
        except UsageError as error:
            raise pytest.UsageError(f"--mladvisor-only: {error}") from None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for `mladvisor_case` becomes one test for each model test."""
    if "mladvisor_case" in metafunc.fixturenames:
        from mladvisor.testing.suite import chosen

        names = chosen(metafunc.config.getoption("--mladvisor-only"))
        metafunc.parametrize("mladvisor_case", names, indirect=True, ids=names)


class BoundCase:
    """One model test with its model and data; call it for the result.

    Attributes:
        name: of the test.
    """

    def __init__(self, name: str, subject: Subject, data: Data, results: list[Result]) -> None:
        self.name, self._subject, self._data, self._results = name, subject, data, results

    def __call__(self, *, seed: int = 0) -> Result:
        """Run it; a test that does not apply to the model is skipped."""
        from mladvisor.testing.cases import CASES

        result = CASES[self.name].run(self._subject, self._data, seed)
        self._results.append(result)
        if result.passed is None:
            pytest.skip(result.detail)
        return result

    def check(self, *, seed: int = 0) -> None:
        """Run it and fail with what it says, what happened first: pytest's summary shows the beginning."""
        result = self(seed=seed)
        if not result:
            pytest.fail(result.told(), pytrace=False)


@pytest.fixture(scope="session")
def mladvisor_model() -> Any:
    """Override it: returns `(model, data)` as `mladvisor.testing.run_suite` takes them."""
    pytest.fail("define a fixture mladvisor_model that returns (model, (X, y))", pytrace=False)


@pytest.fixture(scope="session")
def _mladvisor_results(request: pytest.FixtureRequest) -> Iterator[list[Result]]:
    results: list[Result] = []
    yield results
    folder = request.config.getoption("--mladvisor-run")
    if folder and results:
        from mladvisor.testing.suite import keep

        keep(_worst(results), folder)


def _worst(results: list[Result]) -> list[Result]:
    """One result for each test: of several models that one fixture gives, a failure is what the run folder keeps."""
    kept: dict[str, Result] = {}
    for result in results:
        known = kept.get(result.name)
        if known is None or known.passed is None or (known.passed and result.passed is False):
            kept[result.name] = result
    return list(kept.values())


@pytest.fixture(scope="session")
def _mladvisor_prepared(mladvisor_model: Any) -> tuple[Subject, Data]:
    from mladvisor.errors import MladvisorError
    from mladvisor.testing.data import prepare
    from mladvisor.testing.subjects import as_subject

    if not isinstance(mladvisor_model, tuple | list) or len(mladvisor_model) != 2:
        kind = type(mladvisor_model).__name__
        pytest.fail(f"the fixture mladvisor_model returns {kind}, expected (model, (X, y))", pytrace=False)
    model, data = mladvisor_model
    try:
        subject = as_subject(model)
        return subject, prepare(data, task=subject.task)
    except (TypeError, ValueError, MladvisorError) as error:
        pytest.fail(f"the fixture mladvisor_model returns what cannot be tested: {error}", pytrace=False)


@pytest.fixture
def mladvisor_case(
    request: pytest.FixtureRequest, _mladvisor_prepared: tuple[Subject, Data], _mladvisor_results: list[Result]
) -> BoundCase:
    """One model test on `mladvisor_model`: `mladvisor_case.check()`, or `assert mladvisor_case()`."""
    return BoundCase(request.param, *_mladvisor_prepared, _mladvisor_results)
