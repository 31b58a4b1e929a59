"""Opens a journal in optuna-dashboard's own application, called without a server, and prints what it answers.

    python check_dashboard.py FILE
"""

import io
import json
import sys

import optuna
import optuna_dashboard
from optuna.storages import JournalStorage
from optuna.storages.journal import JournalFileBackend, JournalFileOpenLock

optuna.logging.set_verbosity(optuna.logging.ERROR)
PATH = sys.argv[1]
APP = optuna_dashboard.wsgi(JournalStorage(JournalFileBackend(PATH, lock_obj=JournalFileOpenLock(PATH))))


def get(path):
    """What a browser that asks for a path gets."""
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "8080",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": True,
    }
    said = []
    body = b"".join(APP(environ, lambda status, headers, *_: said.append(status)))
    assert said == ["200 OK"], (path, said, body)
    return body.decode()


assert "<html" in get("/dashboard").lower()
STUDIES = json.loads(get("/api/studies"))["study_summaries"]
DETAILS = [json.loads(get(f"/api/studies/{study['study_id']}")) for study in STUDIES]
print(json.dumps({"studies": STUDIES, "details": DETAILS}))
