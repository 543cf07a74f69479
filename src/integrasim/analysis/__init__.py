"""Statistics of a result, with their standard errors, and the comparison of its options."""
