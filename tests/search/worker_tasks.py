"""Work for worker processes; a module of its own, since a spawned process must be able to import it."""

import os
import signal
import time


def identity(value):
    return value


def die(marker=None):
    """Kill this worker as the system would; with a marker file, the first time only."""
    if marker is not None:
        if os.path.exists(marker):
            return "survived"
        with open(marker, "w"):
            pass
    os.kill(os.getpid(), signal.SIGKILL)


def environment(name):
    return os.environ.get(name)


def nap(seconds):
    time.sleep(seconds)
    return os.getpid()


class Untravelled(Exception):  # noqa: N818
    """An error that cannot be pickled and made again."""

    def __init__(self, first, second):
        super().__init__(f"{first} {second}")


def fail_strangely():
    raise Untravelled("lost", "its way")
