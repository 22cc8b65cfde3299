"""Writing files that people keep: whole or not at all, and never over another file unasked."""

from __future__ import annotations

import os
from pathlib import Path

from lossadvisor.errors import UserError


def write_new(path: Path, content: str | bytes, *, force: bool) -> None:
    """Write a text as UTF-8, or bytes, atomically: readers see the old file or the new one, never a part.

    Args:
        force: replace a file that exists already. A link is followed, and the file's mode is kept.

    Raises:
        UserError: something is in the way, or the place can't be written to.
    """
    check_new(path, force=force)
    try:
        write(path, content, force=force)
    except FileExistsError:  # it came to be since we looked
        raise exists(path) from None
    except OSError as error:
        raise UserError(f"can't write the file: {error.strerror}", place=str(path)) from None


def check_new(path: Path, *, force: bool) -> None:
    """Refuse a place where `write_new` would fail, as far as a look tells.

    Raises:
        UserError: it is a folder or a device, its folder is missing, or the file exists and `force` is off.
    """
    place = str(path)
    try:
        there = is_there(path)
        if path.is_dir():
            raise UserError("this is a folder", place=place, hint=f"name a file in it, as in {path / 'train.py'}")
        if there and not force:
            raise exists(path)
        if path.exists() and not path.is_file():
            raise UserError("this is no regular file", place=place, hint="without a file name the text goes to stdout")
        folder = target(path).parent
        if folder.exists() and not folder.is_dir():
            raise UserError(f"{folder} is a file, not a folder", place=place)
        if not folder.exists():
            raise UserError(f"there is no folder {folder}", place=place, hint=f"make it: mkdir -p {folder}")
    except (OSError, ValueError) as error:  # a name that is too long, or with a null character
        reason = getattr(error, "strerror", None) or str(error)
        raise UserError(f"can't write the file: {reason}", place=place) from None


def is_there(path: Path) -> bool:
    """Whether something has that name already, be it a link to nowhere.

    Raises:
        OSError: the place can't be looked at, or the name is too long.
        ValueError: there is a null character in it.
    """
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True


def exists(path: Path) -> UserError:
    return UserError("the file exists already", place=str(path), hint="--force overwrites it, or choose another name.")


def target(path: Path) -> Path:
    """The file that is really written: links stay links."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def write(path: Path, content: str | bytes, *, force: bool) -> None:
    final = target(path)
    draft = final.parent / f".{os.urandom(6).hex()}.tmp"
    try:
        with draft.open("xb") as file:
            file.write(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))
        if force:
            if final.exists():
                draft.chmod(final.stat().st_mode & 0o7777)
            draft.replace(final)
        else:
            publish(draft, final)
    finally:
        draft.unlink(missing_ok=True)


def publish(draft: Path, final: Path) -> None:
    """Give `draft` its final name; a file that has that name already stays.

    Raises:
        FileExistsError: there is one.
    """
    try:
        os.link(draft, final)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links: the last moment for a look
        if is_there(final):
            raise FileExistsError(str(final)) from None
        draft.replace(final)
