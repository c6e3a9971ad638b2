"""The servers that a machine without Docker needs, started and stopped for the user."""
