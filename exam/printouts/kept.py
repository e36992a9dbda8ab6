"""The pieces of a print on disk, so that a killed worker's job goes on."""

from pathlib import Path

from exam.printing.pieces import Piece


class Pieces:
    """The pieces of one print, by their numbers; those of another fingerprint are thrown away."""

    def __init__(self, folder: Path, fingerprint: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._mark = folder, fingerprint[:16]
        for file in folder.glob("*.piece"):
            if not file.name.startswith(self._mark):
                file.unlink()

    def read(self, number: int) -> Piece | None:
        """None for one that was never finished; half a file counts as none."""
        try:
            return Piece.from_bytes(self._file(number).read_bytes())
        except (FileNotFoundError, ValueError):
            return None

    def write(self, number: int, piece: Piece) -> None:
        """Whole or not at all, also when the process is killed."""
        target = self._file(number)
        beside = target.with_suffix(".part")
        beside.write_bytes(piece.to_bytes())
        beside.replace(target)

    def clear(self) -> None:
        for file in self._folder.glob("*.piece"):
            file.unlink()

    def _file(self, number: int) -> Path:
        return self._folder / f"{self._mark}-{number:05d}.piece"
