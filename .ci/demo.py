"""A marketplace to try things at, for the scripts beside this file."""

import contextlib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile


@contextlib.contextmanager
def running(command, line, **options):
    """A program in a group of its own, once it has said the line; what the line names."""
    program = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True, **options)
    try:
        for said in program.stdout:
            found = re.search(line, said)
            if found:
                yield found[1]
                return
        raise SystemExit(f"{command[0]} ended before it was ready")
    finally:
        program.send_signal(signal.SIGTERM)
        try:
            program.wait(30)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)


@contextlib.contextmanager
def demo(feira, **more):
    """The demo on a free port, with more settings; its address, and the directory of its own that goes with it."""
    # Ended from outside, a script ends what it started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    home = pathlib.Path(tempfile.mkdtemp(prefix="feira-demo-", dir="/var/tmp"))
    home.chmod(0o755)
    settings = os.environ | {"FEIRA_PROFILE": "development", "FEIRA_DATA": str(home / "data"), "FEIRA_SERVER__PORT": "0",
                             "FEIRA_DEVELOPMENT__DEMO": "true", "FEIRA_LOG__FILTER": "warn"} | more
    try:
        with running([feira, "serve"], r"^Feira is at (\S+)", env=settings) as base:
            yield base, home
    finally:
        shutil.rmtree(home, ignore_errors=True)
