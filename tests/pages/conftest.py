"""Tests of the pages: their words and documents alone, and, marked so, in a browser against a running pharmacy."""
