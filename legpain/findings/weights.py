"""The network of the findings as it was measured, kept in the repository.

What the safety report says is true of these weights: every machine takes them, and none learns its
own by other rounding. They hold as long as what they were learned from is the same; otherwise a
training learns them anew (minutes), and `legpain weights` keeps the new ones.
"""

from __future__ import annotations

import ast
import hashlib
import shutil
import tarfile
from pathlib import Path
from typing import Iterable, List

from legpain.findings.reader import WEIGHTS
from legpain.knowledge import examples_dir
from legpain.medical_words import medical_words_file
from legpain.red_flags import RedFlags
from legpain.sentence_encoder import TUNED_LAYERS

LEARNED_FROM = "learned_from.txt"


def weights_dir() -> Path:
    """Return the folder of the weights that are kept."""
    return examples_dir() / "weights"


def learning_code() -> List[Path]:
    """Return the files of code that decide what is learned from the texts."""
    package = Path(__file__).parents[1]
    names = ("labelled.py", "made_up.py", "network.py", "semantic.py")
    encoder = ("medical_words.py", "sentence_encoder.py")
    return [package / "findings" / name for name in names] + [package / name for name in encoder]


def learned_from(without: Iterable[str]) -> str:
    """Return a hash of all that the findings are learned from.

    Args:
        without: texts that tell no finding.
    """
    digest = hashlib.sha256()
    for path in (
        *sorted(examples_dir().rglob("*.yml")),
        medical_words_file(),
        TUNED_LAYERS,
    ):
        digest.update(path.name.encode() + path.read_bytes())
    for path in learning_code():
        # Another comment or line break learns nothing else.
        syntax = ast.dump(ast.parse(path.read_text(encoding="utf-8")))
        digest.update(path.name.encode() + syntax.encode())
    digest.update(RedFlags.from_folder().logic("emergency").encode())
    for text in sorted(set(without)):
        digest.update(text.encode(errors="surrogatepass") + b"\n")
    return digest.hexdigest()


def are_kept(source: str, folder: Path) -> bool:
    """Say whether a folder's weights were learned from this (see `learned_from`)."""
    path = folder / LEARNED_FROM
    return path.exists() and path.read_text(encoding="utf-8").strip() == source


def keep(model: Path, folder: Path) -> bool:
    """Copy a trained model's weights into the folder.

    Args:
        model: Rasa's archive of the model.

    Returns:
        Whether they are others than those that were there.

    Raises:
        FileNotFoundError: if the model has none.
    """
    with tarfile.open(model) as archive:
        members = {Path(each.name).name: each for each in archive.getmembers()}
        missing = {LEARNED_FROM, WEIGHTS} - members.keys()
        if missing:
            raise FileNotFoundError(f"{model.name}: no {', '.join(sorted(missing))} in it")
        source = archive.extractfile(members[LEARNED_FROM])
        if source and are_kept(source.read().decode().strip(), folder):
            return False
        folder.mkdir(parents=True, exist_ok=True)
        for name in (WEIGHTS, LEARNED_FROM):  # the hash last: a copy broken off is not valid
            content = archive.extractfile(members[name])
            if content:
                with (folder / name).open("wb") as output:
                    shutil.copyfileobj(content, output)
    return True
