import signal
import subprocess
import sys

PROGRAM = """
from crmcore.stop_signals import told_to_stop
told = told_to_stop()
print("here", flush=True)
while not told.wait(0.0001):
    pass
print("ends", flush=True)
"""


def test_a_process_that_is_told_many_times_while_it_waits_ends():
    """A signal may come while the last one is being handled, and while the lock of the event is held."""
    for sign in (signal.SIGTERM, signal.SIGINT):
        waiting = subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, text=True)
        try:
            assert waiting.stdout.readline() == "here\n"
            for _ in range(500):
                waiting.send_signal(sign)
            assert waiting.communicate(timeout=60)[0] == "ends\n"
        finally:
            waiting.kill()
            waiting.communicate()
