"""Builds a wheel and a source distribution of a generated package, installs the wheel in a fresh environment and reads a message with it.

Usage: python distribution.py PACKAGE"""

import pathlib
import shutil
import site
import subprocess
import sys
import tempfile
import venv

package = pathlib.Path(sys.argv[1]).resolve()
with tempfile.TemporaryDirectory() as folder:
    copy, fresh = pathlib.Path(folder, "package"), pathlib.Path(folder, "fresh")
    shutil.copytree(package, copy, ignore=shutil.ignore_patterns("*_cache", "__pycache__", "*.egg-info", "build", "dist"))
    run = lambda *arguments: subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL, cwd=folder)
    run(sys.executable, "-m", "build", "--no-isolation", str(copy))
    made = sorted(path.name for path in (copy / "dist").iterdir())
    wheel = next(copy.glob("dist/*.whl"))
    venv.create(fresh, with_pip=True)
    python = str(fresh / "bin/python")
    run(python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", str(wheel))
    # What it stands on comes from here: no registry is asked.
    (next(fresh.glob("lib/python*/site-packages")) / "peers.pth").write_text("\n".join(site.getsitepackages()))
    module = next(path.name for path in (copy / "src").iterdir() if (path / "py.typed").is_file())
    said = f"""
import pathlib, {module}
where = pathlib.Path({module}.__file__)
assert {str(fresh)!r} in str(where), where
assert (where.parent / 'py.typed').is_file()
violations = {module}.explain('no message')
assert violations, 'what is no message is explained'
"""
    run(python, "-c", said)
    print(", ".join(made))
