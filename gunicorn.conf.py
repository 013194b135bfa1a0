"""How gunicorn serves the site. GUNICORN_CMD_ARGS and the command line override what is said here."""

import os
from pathlib import Path

wsgi_app = "ivrsite.wsgi"
bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"

# Workers use the cores; threads only wait (for the database, for a slow client) beside one that works.
worker_class = "gthread"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = int(os.environ.get("WEB_THREADS", "8"))
# Each worker loads the site by itself, so that a reload (HUP) takes new code and starts clean.
preload_app = False

# Vonage gives up after seconds; a worker silent for longer is stuck. Calls' webhooks may end before a stop.
timeout = 10
graceful_timeout = 30
# Longer than the proxy keeps its idle connections: the side that closes must be the one that sends.
keepalive = 75
max_requests = 20_000
max_requests_jitter = 2_000
# An answer webhook by GET carries SIP headers and the caller's place in its line.
limit_request_line = 8190

forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
# The heartbeat file: on a real disk a slow write could look like a dead worker.
_MEMORY = "/dev/shm"  # noqa: S108  # gunicorn makes a private file in it
worker_tmp_dir = _MEMORY if Path(_MEMORY).is_dir() else None
# The control socket lies in the home directory and would be one for all servers of a user.
control_socket_disable = True

accesslog = None
errorlog = "-"
