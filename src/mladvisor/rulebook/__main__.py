"""`python -m mladvisor.rulebook [FOLDER...] [--strict]`: check rules while `mladvisor rules check` is being built."""

import sys

from mladvisor.rulebook.check import check

arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
report = check(arguments, shipped="--no-shipped" not in sys.argv, allow_unknown="--strict" not in sys.argv)
for failure in report.failures:
    sys.stdout.write(f"{failure.severity}: {failure}\n")
book = report.book
if book.names.unmeasured:
    sys.stdout.write(f"features that nothing measures yet: {', '.join(sorted(book.names.unmeasured))}\n")
sys.stdout.write(f"{book!r}, {report.tests} tests, {len(report.errors)} errors\n")
sys.exit(1 if report.errors else 0)
