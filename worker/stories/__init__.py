"""What is the same: fingerprints, near-duplicates, stories."""
