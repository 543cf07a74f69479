"""What users write: strict YAML with positions, and problems that say how to mend them."""
