"""The reference remote pharmacy: patients write, pharmacists answer, an AI may suggest, a named person decides."""

__version__ = "0.1.0"
