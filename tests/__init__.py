"""The test suite: mirrors worker, tasks and db."""
