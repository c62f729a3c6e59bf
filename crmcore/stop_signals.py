"""SIGTERM and Ctrl-C, told to whoever works on until then."""

import queue
import signal
import threading


def told_to_stop() -> threading.Event:
    """An event that is set once this process gets SIGTERM or Ctrl-C. To be asked for by the main thread.

    A handler may interrupt the main thread anywhere, also while it holds the event's lock, or inside an earlier call
    of the handler: there it must wait for nothing. So it only puts a word into a queue made for that, and a thread of
    its own sets the event.
    """
    told, stop = threading.Event(), queue.SimpleQueue[int]()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: stop.put(number))

    def pass_on() -> None:
        stop.get()
        told.set()

    threading.Thread(target=pass_on, name="stop signals", daemon=True).start()
    return told
