"""What happened: the event coder and its language packs."""
