"""Build the packages as for a release, install the wheel into a new environment, and run it.

The checkout has playbooks and styles next to the code, so tests there do not notice a file that is missing from the
wheel. Run by `make wheel`; exits with 1 and one line for each problem.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
TIMEOUT_SECONDS = 300


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="salesnerd-wheel-") as temporary_folder:
        folder = Path(temporary_folder)
        wheel = build(folder / "dist")
        problems = [*find_packaging_errors(wheel), *run_installed(wheel, folder)]
    for problem in problems:
        print(f"wheel: {problem}", file=sys.stderr)
    if not problems:
        print(f"{wheel.name}: built, installed and tried")
    return 1 if problems else 0


def build(into: Path) -> Path:
    """Build the source archive and the wheel from it, and return the wheel."""
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(into), str(PROJECT)])
    (wheel,) = into.glob("*.whl")
    return wheel


def find_packaging_errors(wheel: Path) -> Iterator[str]:
    """Yield files that the wheel lacks and files that it should not contain."""
    with zipfile.ZipFile(wheel) as archive:
        packaged = set(archive.namelist())
    expected = {
        *(f"salesnerd_tui/{path.relative_to(PROJECT)}" for path in (PROJECT / "playbooks").rglob("*.yaml")),
        *(str(path.relative_to(PROJECT)) for path in package_files()),
    }
    yield from (f"missing: {name}" for name in sorted(expected - packaged))
    unexpected = {name for name in packaged if not name.startswith(("salesnerd_tui/", "salesnerd_tui-"))}
    yield from (f"should not be in it: {name}" for name in sorted(unexpected))


def package_files() -> Iterator[Path]:
    for path in (PROJECT / "salesnerd_tui").rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path


def run_installed(wheel: Path, folder: Path) -> Iterator[str]:
    """Yield what fails when the installed command runs in an empty folder with an empty home."""
    environment = folder / "environment"
    venv.create(environment, with_pip=True)
    python = str(environment / "bin" / "python")
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    run([*pip, "--no-deps", "--require-hashes", "-r", str(PROJECT / "requirements" / "run.txt")])
    run([*pip, "--no-deps", "--no-index", str(wheel)])
    run([python, "-m", "pip", "--disable-pip-version-check", "check"])
    home = folder / "home"
    home.mkdir()
    command = str(environment / "bin" / "salesnerd")
    expected = {
        ("--version",): "salesnerd ",
        ("--help",): "usage: salesnerd",
        ("playbook", "list"): "first_call",
        ("demo",): "",
    }
    for words, output in expected.items():
        process = run([command, *words], check=False, home=home)
        quoted = f"`salesnerd {' '.join(words)}`"
        if process.returncode:
            yield f"{quoted} exited with {process.returncode}: {process.stderr.strip()[-500:]}"
        elif not process.stdout.strip() or output not in process.stdout:
            yield f"{quoted} did not print {output!r}, but: {process.stdout.strip()[-500:]!r}"
    yield from (f"the demo left {path.relative_to(home)} behind" for path in home.rglob("*") if path.is_file())


def run(command: Sequence[str], *, check: bool = True, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command and capture its output; with `home`, run it there and without this machine's settings."""
    environment: Mapping[str, str] = os.environ
    if home is not None:
        environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    process = subprocess.run(
        list(command),
        capture_output=True,
        text=True,
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    if check and process.returncode:
        sys.stderr.write(process.stdout + process.stderr)
        raise SystemExit(f"wheel: `{' '.join(command)}` exited with {process.returncode}")
    return process


if __name__ == "__main__":
    sys.exit(main())
