"""The generator written as its authors define it, in Python's own whole numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from integrasim.world.streams import Stream

_WORD = 2**32


def philox(key: tuple[int, int], counter: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """Philox4x32-10 (Salmon et al. 2011)."""
    key_0, key_1 = key
    c0, c1, c2, c3 = counter
    for _ in range(10):
        high_0, low_0 = divmod(0xD2511F53 * c0, _WORD)
        high_1, low_1 = divmod(0xCD9E8D57 * c2, _WORD)
        c0, c1, c2, c3 = high_1 ^ c1 ^ key_0, low_1, high_0 ^ c3 ^ key_1, low_0
        key_0, key_1 = (key_0 + 0x9E3779B9) % _WORD, (key_1 + 0xBB67AE85) % _WORD
    return c0, c1, c2, c3


def _words(stream: Stream, position: int, draw: int, layer: int) -> tuple[int, int]:
    first, second = (int(word) for word in stream.key)
    words = philox((first, second), (position, draw, layer % _WORD, layer // _WORD))
    return words[0] * _WORD + words[1], words[2] * _WORD + words[3]


def two_uniforms(stream: Stream, position: int, draw: int, layer: int) -> list[float]:
    """The two numbers of an address."""
    return [(word // 2**12 + 0.5) * 2.0**-52 for word in _words(stream, position, draw, layer)]


def three_uniforms(stream: Stream, position: int, draw: int, layer: int) -> list[float]:
    """The three numbers of an address."""
    first, second = _words(stream, position, draw, layer)
    numbers = (first // 2**22, second // 2**22, first % 2**22 * 2**20 + second % 2**20)
    return [(number + 0.5) * 2.0**-42 for number in numbers]
