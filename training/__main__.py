"""`python -m training`."""

import sys
import time

if __name__ == "__main__":
    started = time.monotonic()
    # The seconds that this import takes are a part of the slice.
    from training.cli import main

    sys.exit(main(started=started))
