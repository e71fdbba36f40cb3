"""`python -m mladvisor` is the same as `mladvisor`."""

from mladvisor.cli import main

if __name__ == "__main__":
    main()
