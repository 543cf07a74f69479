"""World: everything uncertain. All randomness of the library lives here."""
