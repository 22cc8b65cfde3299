"""The command line: parses, calls, reports. All errors end here."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from lossadvisor.errors import INTERNAL, INTERRUPTED, UserError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code: 0 fine, 1 found something, 2 usage, 3 a bug, 130 interrupted."""
    if arguments is None:
        gc.disable()  # a run is short: looking for garbage while modules load would take 4 of its 80 ms
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a locale without UTF-8 must not end in a traceback
            stream.reconfigure(errors="replace")
    try:
        code = run(arguments)
        sys.stdout.flush()
    except UserError as error:
        return fail(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    except (BrokenPipeError, SystemExit) as stop:
        if not isinstance(stop, BrokenPipeError) and not isinstance(stop.__context__, BrokenPipeError):
            raise
        # The reader (`| head`) has enough; keep Python from complaining when it flushes at exit.
        if sys.__stdout__ is not None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.__stdout__.fileno())
        return 0
    except Exception as error:  # noqa: BLE001 - the one funnel
        return unexpected(error)
    return code if isinstance(code, int) else 0


def run(arguments: Sequence[str]) -> object:
    """Run the wizard or a command."""
    if not arguments:  # the first question comes sooner without the parser of flags
        from lossadvisor.cli.wizard import wizard

        return wizard()
    from lossadvisor.cli.app import build

    return build(arguments)(args=arguments, prog_name="lossadvisor", standalone_mode=False)


def fail(error: UserError) -> int:
    """Print what is wrong, where, and what to do; returns the exit code."""
    place = f"{error.place}: " if error.place else ""
    print(f"error: {place}{error.message}", file=sys.stderr)
    if error.hint:
        print(f"  {error.hint}", file=sys.stderr)
    return error.code


def unexpected(error: Exception) -> int:
    """Errors of the command-line parser are usage errors; all else is a bug, reported with its traceback."""
    from typer import Abort, Exit, TyperException

    if isinstance(error, Exit):
        return error.exit_code
    if isinstance(error, Abort):
        return INTERRUPTED
    if isinstance(error, TyperException):
        context = getattr(error, "ctx", None)
        command = context.command_path if context else "lossadvisor"
        return fail(UserError(error.format_message(), hint=f"`{command} --help` shows what there is."))
    import traceback

    traceback.print_exception(error)
    print("error: this is a bug in lossadvisor; please report it with the lines above.", file=sys.stderr)
    return INTERNAL
