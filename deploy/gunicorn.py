"""gunicorn where readers reach it without a server between that takes in slow forms first: `make
run`, the container.

    gunicorn --config deploy/gunicorn.py --bind … wsgi:app

A thread waits for each form that comes slowly, and takes 40 kB meanwhile; the processes stay free.
Behind nginx, or another that hands on a request once it is whole, two plain workers are faster
(`gunicorn-nginx/pnpm.service`).
"""

import socket
import struct

workers = 2
worker_class = "gthread"
# in each process, made when they are needed: the kernel may give one process most of the
# connections
threads = 256
# seconds without a byte, then the connection ends: the threads above are the only bound on those
# that drip
STALLED = 15
control_socket_disable = True


def when_ready(server):
    """The connections that a listening socket gives have its time limits (Linux); gunicorn has none
    of its own for threads.
    """
    for listener in server.LISTENERS:
        for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
            listener.sock.setsockopt(socket.SOL_SOCKET, option, struct.pack("ll", STALLED, 0))
