"""What Dateline does: one file a stage, in the order of the line."""
