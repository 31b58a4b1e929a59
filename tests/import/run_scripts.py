"""Runs scripts one after the other in one process, each as if by itself.

    python run_scripts.py [NUMBER] FILE...

Each is given the number as its argument, if there is one.
The last line is a JSON list: of each script the name of its folder, its exit code, and where it says
so how far its losses are from the page's, and how far rounding takes them."""

import contextlib
import io
import json
import os
import re
import runpy
import sys


def outcome(path, arguments):
    sys.argv = [path, *arguments]
    said = io.StringIO()
    code = 0
    with contextlib.redirect_stdout(said):
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as end:
            code = end.code or 0
    print(said.getvalue(), flush=True)
    found = re.findall(r"(?:largest difference|losses differ by) ([\d.e+-]+)", said.getvalue())
    return os.path.basename(os.path.dirname(path)), [float(code)] + [float(x) for x in found]


ARGUMENTS = sys.argv[1:2] if sys.argv[1].isdigit() else []
PATHS = sys.argv[1 + len(ARGUMENTS) :]
print(json.dumps([outcome(path, ARGUMENTS) for path in PATHS]))
