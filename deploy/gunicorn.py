"""gunicorn's configuration where no server before it takes in slow forms: `make run`, the
container.

    gunicorn --config deploy/gunicorn.py --bind … wsgi:app

A thread waits for each form that comes slowly, and takes 40 kB meanwhile; the processes stay free.
Behind nginx, or another server that hands on a request once it is whole, two plain workers are
faster (`gunicorn-nginx/pnpm.service`).
"""

import socket
import struct

workers = 2
worker_class = "gthread"
# at most, in each process, started when they are needed: the kernel may give one process most of
# the connections
threads = 256
# seconds without a byte after which a connection ends; those that send a byte now and then are
# bounded by the number of threads alone
STALLED = 15
control_socket_disable = True


def when_ready(server):
    """Limit how long a connection may stall. On Linux it inherits the limits of its listening
    socket; gunicorn has none of its own for threads.
    """
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", STALLED, 0))
