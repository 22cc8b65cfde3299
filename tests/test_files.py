"""Writing files: whole or not at all, never over another one unasked."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from lossadvisor.errors import USAGE, UserError
from lossadvisor.files import check_new, publish, write_new

posix = pytest.mark.skipif(os.name != "posix", reason="modes, links and sockets are those of POSIX")


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def refused(path: Path, *, force: bool = False) -> UserError:
    with pytest.raises(UserError) as caught:
        write_new(path, "new", force=force)
    assert caught.value.code == USAGE
    assert caught.value.place == str(path)
    return caught.value


def test_a_new_file_holds_the_text_and_nothing_else_is_left(tmp_path: Path) -> None:
    write_new(tmp_path / "a.py", "π\n", force=False)
    assert (tmp_path / "a.py").read_bytes() == "π\n".encode()
    assert names(tmp_path) == ["a.py"]


def test_a_file_name_that_is_not_text_does_no_harm(tmp_path: Path) -> None:
    write_new(tmp_path / "a.py", "# \udcff\n", force=False)
    assert (tmp_path / "a.py").read_bytes() == b"# \\udcff\n"


def test_a_relative_name_goes_to_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write_new(Path("a.py"), "new", force=False)
    assert (tmp_path / "a.py").read_text() == "new"


def test_a_new_file_has_the_mode_that_the_user_wants(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("")
    write_new(tmp_path / "a.py", "new", force=False)
    assert (tmp_path / "a.py").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_an_existing_file_stays(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("old")
    error = refused(tmp_path / "a.py")
    assert error.message == "the file exists already"
    assert "--force" in error.hint
    assert (tmp_path / "a.py").read_text() == "old"
    assert names(tmp_path) == ["a.py"]


@posix
def test_force_overwrites_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("old and longer")
    path.chmod(0o750)
    write_new(path, "new", force=True)
    assert path.read_text() == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o750
    assert names(tmp_path) == ["a.py"]


def test_force_on_a_new_name_writes_too(tmp_path: Path) -> None:
    write_new(tmp_path / "a.py", "new", force=True)
    assert (tmp_path / "a.py").read_text() == "new"


@posix
def test_readers_of_the_old_file_keep_it_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_text("old")
    with path.open() as reader:
        write_new(path, "new", force=True)
        assert reader.read() == "old"


@pytest.mark.parametrize("force", [False, True])
def test_a_folder_is_no_file(tmp_path: Path, *, force: bool) -> None:
    error = refused(tmp_path, force=force)
    assert error.message == "this is a folder"
    assert str(tmp_path / "train.py") in error.hint


def test_the_folder_must_exist(tmp_path: Path) -> None:
    error = refused(tmp_path / "missing" / "a.py")
    assert error.message == f"there is no folder {tmp_path / 'missing'}"
    assert error.hint == f"make it: mkdir -p {tmp_path / 'missing'}"
    assert not (tmp_path / "missing").exists()


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert refused(tmp_path / "file" / "a.py").message == f"{tmp_path / 'file'} is a file, not a folder"


@posix
def test_a_broken_link_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "gone")
    assert refused(tmp_path / "link").message == "the file exists already"
    assert not (tmp_path / "gone").exists()


@posix
def test_force_follows_links(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    write_new(tmp_path / "link", "new", force=True)
    write_new(tmp_path / "broken", "new", force=True)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_text() == (tmp_path / "gone").read_text() == "new"


@posix
def test_a_link_into_a_missing_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "missing" / "a.py")
    assert "there is no folder" in refused(tmp_path / "link", force=True).message


@posix
def test_a_device_is_never_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the names of sockets are short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert refused(Path("socket"), force=True).message == "this is no regular file"
        assert stat.S_ISSOCK(Path("socket").stat().st_mode)


@pytest.mark.parametrize("name", ["x" * 300, "a\0b"])
def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path, name: str) -> None:
    assert refused(tmp_path / name).message.startswith("can't write the file: ")


def test_a_look_before_does_not_write(tmp_path: Path) -> None:
    check_new(tmp_path / "a.py", force=False)
    assert names(tmp_path) == []


@pytest.mark.parametrize("link", [os.link, None])
def test_a_file_that_came_to_be_meanwhile_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, link: Callable[..., None] | None
) -> None:
    if link is None:
        monkeypatch.setattr(os, "link", no_links)
    (tmp_path / "draft").write_text("new")
    (tmp_path / "a.py").write_text("old")
    with pytest.raises(FileExistsError):
        publish(tmp_path / "draft", tmp_path / "a.py")
    assert (tmp_path / "a.py").read_text() == "old"


def test_without_hard_links_a_new_file_is_written_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", no_links)
    write_new(tmp_path / "a.py", "new", force=False)
    assert names(tmp_path) == ["a.py"]


def no_links(*_: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_place_that_refuses_is_named(tmp_path: Path) -> None:
    # A file system that nobody can write to, whoever runs the tests.
    error = refused(Path("/proc/lossadvisor.py")) if Path("/proc/self").exists() else refused(tmp_path / ("x" * 300))
    assert error.message.startswith("can't write the file: ")
