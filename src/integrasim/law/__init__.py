"""What is decided: dated parameters of the law and the formulas that turn a world into money.

Nothing here reads a file, a clock or a random generator; the same arguments give the
same result, bit by bit.
"""
