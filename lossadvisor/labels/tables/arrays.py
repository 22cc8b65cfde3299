"""Labels in files of arrays: NumPy, PyTorch, safetensors. Nothing in them is executed."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lossadvisor.errors import UserError
from lossadvisor.labels.needs import need
from lossadvisor.labels.tables.table import Table, connect, table_of

Arrays = Mapping[str, Any]
BOMB = 500  # times its size in the file: no array of labels is compressed so well
LARGE = 1 << 26  # bytes; beyond, BOMB is looked at


def read_arrays(kind: str, files: Sequence[Path]) -> Arrays:
    """The arrays of files of one format, by name; those of several files joined along the samples.

    Raises:
        UserError: they can't be read without executing what is in them, or don't fit together.
    """
    read = READERS[kind]
    parts = [read(file) for file in files]
    if len(parts) == 1:
        return parts[0]
    numpy = need("numpy")
    try:
        return {name: numpy.concatenate([part[name] for part in parts]) for name in parts[0]}
    except (KeyError, ValueError) as error:
        raise UserError(f"the arrays of the files don't fit together: {error}", place=str(files[0].parent)) from None


def read_npy(file: Path) -> Arrays:
    numpy = need("numpy")
    try:
        return {file.stem: numpy.load(file, mmap_mode="r", allow_pickle=False)}
    except ValueError as error:
        raise unreadable(file, error) from None


def read_npz(file: Path) -> Arrays:
    numpy = need("numpy")
    check_size(file)
    try:
        with numpy.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except (ValueError, zipfile.BadZipFile, OSError, EOFError) as error:
        raise unreadable(file, error) from None


def check_size(file: Path) -> None:
    """Refuse an archive that is small here and would fill the memory.

    Raises:
        UserError: it is one, or no archive.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            size = sum(member.file_size for member in archive.infolist())
    except (zipfile.BadZipFile, OSError) as error:
        raise UserError(f"can't read the archive: {error}", place=str(file)) from None
    if size > LARGE and size > BOMB * file.stat().st_size:
        raise UserError(
            f"the archive of {file.stat().st_size:,} bytes holds {size:,} bytes: it would fill the memory",
            place=str(file),
            hint="save the array uncompressed, as .npy",
        )


def read_safetensors(file: Path) -> Arrays:
    safetensors = need("safetensors")
    try:
        with safetensors.safe_open(str(file), framework="numpy") as stored:
            return {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except (safetensors.SafetensorError, TypeError, OSError) as error:
        raise UserError(f"can't read the tensors: {error}", place=str(file)) from None


def read_pt(file: Path) -> Arrays:
    """The tensors of a file of PyTorch, loaded without its pickles being trusted."""
    if zipfile.is_zipfile(file):
        check_size(file)
    torch = need("torch", install="pip install torch")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            stored = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # noqa: BLE001  # torch raises what it likes
        raise unreadable(file, error) from None
    found = tensors(stored, file.stem, torch)
    if not found:
        raise UserError("no tensor in this file", place=str(file), hint="save one: torch.save(labels, 'labels.pt')")
    return found


def tensors(stored: Any, name: str, torch: Any) -> dict[str, Any]:
    if isinstance(stored, dict):
        inner = [tensors(value, str(key), torch) for key, value in stored.items()]
        return {key: value for part in inner for key, value in part.items()}
    if isinstance(stored, (list, tuple)) and stored and not isinstance(stored[0], torch.Tensor):
        try:
            stored = torch.tensor(stored)
        except (ValueError, TypeError, RuntimeError):
            return {}
    if not isinstance(stored, torch.Tensor):
        return {}
    plain = stored.detach()
    return {name: (plain.float() if plain.dtype == torch.bfloat16 else plain).numpy()}


def unreadable(file: Path, error: Exception) -> UserError:
    said = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if any(sign in str(error) for sign in ("pickle", "Pickle", "weights_only", "Python objects")):
        how = "numpy.save(path, array)" if file.suffix.startswith(".np") else "torch.save(tensor, path)"
        return UserError(
            "the file holds Python objects, which run code when they are loaded: it is not opened",
            place=str(file),
            hint=f"save plain numbers: {how}",
        )
    return UserError(f"can't read the array: {said}", place=str(file))


READERS: Mapping[str, Callable[[Path], Arrays]] = {
    "npy": read_npy,
    "npz": read_npz,
    "pt": read_pt,
    "safetensors": read_safetensors,
}


@contextmanager
def array_table(kind: str, place: str, arrays: Arrays) -> Iterator[Table]:
    """Arrays of one value per sample as the columns of a table."""
    numpy = need("numpy")
    plain = {name: flat(array, numpy) for name, array in arrays.items()}
    connection = connect("", ())
    connection.register("labels", plain)
    yield table_of(connection, kind, place, "labels")


def flat(array: Any, numpy: Any) -> Any:
    """One dimension, in a dtype that DuckDB reads."""
    array = array.reshape(-1)
    if array.dtype.kind in "US":
        return array.astype(object)
    if array.dtype == numpy.float16:
        return array.astype(numpy.float32)
    return array.astype(array.dtype.newbyteorder("="), copy=False)
