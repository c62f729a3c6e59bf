"""The dashboard's server and the worker, as processes beside each other."""

import signal
import subprocess
import sys

from crmcore.stop_signals import told_to_stop

LOOK_EVERY = 1.0  # seconds between two looks whether both are there
GRACE = 60.0  # seconds they have to finish what they began

OF_ITSELF = (0, -signal.SIGTERM, -signal.SIGINT)


def serve(host: str, port: int, *, with_worker: bool) -> int:
    """Serve until told to stop, or until the server ends; a worker that died is started again.

    Returns the server's exit code: 0 when it ended because it was told to.
    """
    stop = told_to_stop()
    server = _begin("dashboard.server", "--host", host, "--port", str(port))
    worker: subprocess.Popen[bytes] | None = None
    while server.poll() is None and not stop.is_set():
        if with_worker and (worker is None or worker.poll() is not None):
            worker = _begin("crmcore", "worker")
        stop.wait(LOOK_EVERY)
    children = [server, worker] if worker else [server]
    for child in children:
        child.terminate()
    codes = [_ended(child) for child in children]
    return 0 if codes[0] in OF_ITSELF else max(codes[0], 1)


def _begin(module: str, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module, *words])


def _ended(child: subprocess.Popen[bytes]) -> int:
    try:
        return child.wait(GRACE)
    except subprocess.TimeoutExpired:
        child.kill()
        return child.wait()
