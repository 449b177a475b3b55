"""What a verdict is signed with and what a deployment checks before it believes one.

``keys`` makes and reads key pairs, ``envelope`` signs, ``statements`` say what is signed, ``archive`` packs the evidence,
``bundle`` is the file of signed envelopes, ``signing`` and ``approval`` add to it, ``verification`` believes nothing of
it that it has not checked, ``recomputation`` judges again.
"""
