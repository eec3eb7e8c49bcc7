"""Build the packages as they would be published, install the wheel into a fresh environment, and use it as a stranger.

The checkout has playbooks and styles beside the code, so a test that runs from it cannot see that one was left out of
the wheel. Run by `make wheel`; exits with 1 and one line for each thing that is wrong.
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
PATIENCE_SECONDS = 300


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="salesnerd-wheel-") as made:
        folder = Path(made)
        wheel = build(folder / "dist")
        problems = [*left_out(wheel), *tried(wheel, folder)]
    for problem in problems:
        print(f"wheel: {problem}", file=sys.stderr)
    if not problems:
        print(f"{wheel.name}: built, installed and tried")
    return 1 if problems else 0


def build(into: Path) -> Path:
    """The source archive, and the wheel from that archive: what the archive lacks, the wheel lacks too."""
    run([sys.executable, "-m", "build", "--no-isolation", "--outdir", str(into), str(PROJECT)])
    (wheel,) = into.glob("*.whl")
    return wheel


def left_out(wheel: Path) -> Iterator[str]:
    """Files the program reads at run time and the wheel does not hold, and files that have no business in it."""
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    wanted = {
        *(f"salesnerd_tui/{path.relative_to(PROJECT)}" for path in (PROJECT / "playbooks").rglob("*.yaml")),
        *(str(path.relative_to(PROJECT)) for path in package_files()),
    }
    yield from (f"left out: {name}" for name in sorted(wanted - held))
    strangers = {name for name in held if not name.startswith(("salesnerd_tui/", "salesnerd_tui-"))}
    yield from (f"should not be in it: {name}" for name in sorted(strangers))


def package_files() -> Iterator[Path]:
    for path in (PROJECT / "salesnerd_tui").rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path


def tried(wheel: Path, folder: Path) -> Iterator[str]:
    """What went wrong when the installed command was used, from an empty folder and with an empty home."""
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
    for words, said in expected.items():
        done = run([command, *words], check=False, home=home)
        told = f"`salesnerd {' '.join(words)}`"
        if done.returncode:
            yield f"{told} ended with {done.returncode}: {done.stderr.strip()[-500:]}"
        elif not done.stdout.strip() or said not in done.stdout:
            yield f"{told} did not say {said!r}, but: {done.stdout.strip()[-500:]!r}"
    yield from (f"the demo left {path.relative_to(home)} behind" for path in home.rglob("*") if path.is_file())


def run(command: Sequence[str], *, check: bool = True, home: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run to the end with output kept; with `home`, from there and with nothing of this machine's settings."""
    environment: Mapping[str, str] = os.environ
    if home is not None:
        environment = {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(
        list(command),
        capture_output=True,
        text=True,
        cwd=home,
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=PATIENCE_SECONDS,
    )
    if check and done.returncode:
        sys.stderr.write(done.stdout + done.stderr)
        raise SystemExit(f"wheel: `{' '.join(command)}` ended with {done.returncode}")
    return done


if __name__ == "__main__":
    sys.exit(main())
