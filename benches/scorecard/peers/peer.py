"""A filter from PyPI as a process, with the protocol of peer.mjs."""

import json
import sys

from better_profanity import Profanity

hits = None
for line in sys.stdin:
    value = json.loads(line)
    if hits is None:
        hits = Profanity(value).contains_profanity
    else:
        print(int(hits(value)), flush=True)
