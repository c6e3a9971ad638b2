"""``python -m worker.cli`` is ``dateline``."""

from worker.cli import main

main()
