"""`python -m widgets.bench._first_map CITY DATA`: a whole process until its first map is drawn;
prints the machine's monotonic clock in ns."""

import sys
from pathlib import Path

from widgets.bench._map_views import tell_first

if __name__ == "__main__":
    tell_first(sys.argv[1], Path(sys.argv[2]))
