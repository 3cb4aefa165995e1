"""How a suite in Python reports: one line a scenario, and an exit status that tells whether all passed."""

import os
import sys
import time
import traceback

URL = os.environ["SANDBOX_URL"]
EMAIL = os.environ["SANDBOX_EMAIL"]
TOKEN = os.environ["SANDBOX_TOKEN"]


def run(suite, scenarios):
    """Calls the functions in order; the first line of its docstring is the name of a scenario."""
    failed = False
    for scenario in scenarios:
        name = scenario.__doc__.splitlines()[0].rstrip(".")
        try:
            scenario()
            print(f"ok: {suite}: {name}", flush=True)
        except Exception:
            failed = True
            print(f"FAILED: {suite}: {name}", flush=True)
            traceback.print_exc()
    sys.exit(1 if failed else 0)


def equal(found, wanted):
    assert found == wanted, f"found {found!r}, wanted {wanted!r}"


def refused(kind, call):
    """The error of this kind that the call raises."""
    try:
        found = call()
    except kind as error:
        return error
    raise AssertionError(f"no {kind.__name__} but {found!r}")


def eventually(body, longest_seconds=15):
    """Asks again until the answer is truthy, for what shows after a delay."""
    end = time.monotonic() + longest_seconds
    while True:
        value = body()
        if value:
            return value
        assert time.monotonic() < end, f"not so within {longest_seconds} s"
        time.sleep(0.1)
