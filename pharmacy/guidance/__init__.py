"""Online medication guidance (オンライン服薬指導) by video: notice, identities, the call, and what completes it."""
