"""The language: what QA can say, in Japanese and in English, over one function for each sentence.

`words.py` has the closed words, then there is a file for each capability. Steps assert; they know no door, no operation
and no label.
"""
