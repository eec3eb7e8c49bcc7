"""Looking back over all calls: what is owed, and whether one gets better."""
