"""Results as people read them: formatted numbers, the printed comparison, tidy tables."""
