"""How far a text was changed: what the pharmacist did to the model's words, as a number for the trail."""

from __future__ import annotations


def edit_distance(before: str, after: str) -> int:
    """The fewest characters to put in, take out or replace (Levenshtein), by Myers' bit vectors.

    One step a character of `after`, whatever the length of `before`: a few milliseconds for the longest texts.
    """
    if not before:
        return len(after)
    places: dict[str, int] = {}
    for index, character in enumerate(before):
        places[character] = places.get(character, 0) | 1 << index
    everywhere, last = (1 << len(before)) - 1, 1 << (len(before) - 1)
    up, down, distance = everywhere, 0, len(before)
    for character in after:
        same = places.get(character, 0)
        vertical = same | down
        horizontal = (((same & up) + up) ^ up) | same
        more, less = down | (~(horizontal | up) & everywhere), up & horizontal
        distance += bool(more & last) - bool(less & last)
        more, less = (more << 1) | 1, less << 1
        up, down = (less | ~(vertical | more)) & everywhere, more & vertical & everywhere
    return distance
