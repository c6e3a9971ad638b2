"""The tasks in this process and the local news site, as in tests/tasks."""

from tests.tasks.conftest import bench, site

__all__ = ["bench", "site"]
