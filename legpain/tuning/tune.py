"""The tuning itself: the layers learn findings and intents together; the heads are thrown away.

The findings' head is built as the networks of `legpain.findings.semantic` are, which later learn
from the tuned layers' states; the intents keep the encoder good at telling what is asked.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, List, Sequence, Tuple

import numpy as np
import tensorflow as tf

from legpain.progress import say
from legpain.sentence_encoder import DIMENSION, SentenceEncoder
from legpain.tuning.lessons import Lessons
from legpain.tuning.misspelling import misspelled_copies
from legpain.tuning.package_file import PackageFile
from legpain.tuning.texts import TuningTexts, read_texts
from legpain.tuning.transformer import EncoderLayers

_SEED = 7
_RATE, _HEAD_RATE = 1e-4, 2e-3
_RATE_GOING_ON, _HEADS_FIRST = 5e-5, 150  # layers that are tuned wait for heads that know nothing
_DECAY, _HEAD_DECAY = 1e-2, 1e-3
_WARM_UP = 150  # steps
_DROPOUT, _HEAD_DROPOUT = 0.1, 0.3
_HIDDEN = 256
_FIRST_GUESS = -4.0  # nearly every finding is absent
_FINDINGS_SCALE, _INTENTS_SCALE = 4.0, 12.0  # of the unit vectors that the heads see
_INTENTS_WEIGHT = 0.3
_LONGEST_SLOPE = 5.0
_MISSPELLED = 0.25  # share of the texts with findings that are learned misspelled as well
_SAY_EVERY = 100  # steps


class _Pace(tf.keras.optimizers.schedules.LearningRateSchedule):
    """A rate that is nothing at first, rises, and then shrinks to nothing."""

    def __init__(self, rate: float, steps: int, waits: int = 0) -> None:
        self._rate, self._steps, self._waits = rate, steps, waits

    def __call__(self, step: Any) -> Any:
        done = tf.cast(step, tf.float32)
        warm = tf.clip_by_value((done + 1 - self._waits) / _WARM_UP, 0.0, 1.0)
        return self._rate * warm * (1 - done / (self._steps + 1))


class Tuner:
    """The layers with their heads, and how they learn.

    Args:
        layers: the layers to tune.
        outputs: of the findings' head (see `labels_of`).
        intents: how many there are.
        steps: how many there will be.
        goes_on: the layers have been tuned before.
    """

    def __init__(
        self, layers: EncoderLayers, outputs: int, intents: int, steps: int, goes_on: bool = False
    ) -> None:
        self._layers = layers
        first = tf.keras.initializers.Constant(_FIRST_GUESS)
        self._findings = tf.keras.Sequential(
            [
                tf.keras.layers.Dense(_HIDDEN, activation="relu", kernel_initializer="he_normal"),
                tf.keras.layers.Dropout(_HEAD_DROPOUT),
                tf.keras.layers.Dense(outputs, bias_initializer=first),
            ]
        )
        self._intents = tf.keras.layers.Dense(intents)
        self._findings.build((None, 2 * DIMENSION))
        self._intents.build((None, DIMENSION))
        pace = _Pace(_RATE_GOING_ON, steps, _HEADS_FIRST) if goes_on else _Pace(_RATE, steps)
        self._parts = [
            (list(layers.weights.values()), _optimizer(pace, _DECAY)),
            (
                [*self._findings.trainable_variables, *self._intents.trainable_variables],
                _optimizer(_Pace(_HEAD_RATE, steps), _HEAD_DECAY),
            ),
        ]
        for variables, optimizer in self._parts:
            optimizer.build(variables)

    @tf.function(autograph=False, reduce_retracing=True)
    def step(
        self, turns: Any, places: Any, labels: Any, emphasis: Any, examples: Any, intents: Any
    ) -> Tuple[Any, Any]:
        """Learn from one batch of each kind, and return both losses.

        Args:
            turns: `Padded`, of the texts with findings.
            places: `Stretches` of them.
            labels: float32 (texts, outputs), see `labels_of`, as `emphasis`.
            emphasis: float32 (texts, outputs).
            examples: `Padded`.
            intents: int32 (examples,).
        """
        with tf.GradientTape(persistent=True) as tape:
            scores = self._scores(turns, places)
            entropy = tf.nn.sigmoid_cross_entropy_with_logits(labels, scores)
            findings_loss = tf.reduce_mean(tf.reduce_sum(emphasis * entropy, axis=1))
            whole = _unit_means(self._layers(*examples), examples.mask) * _INTENTS_SCALE
            intents_loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(intents, self._intents(whole))
            )
            loss = findings_loss + _INTENTS_WEIGHT * intents_loss
        for variables, optimizer in self._parts:
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        return findings_loss, intents_loss

    def _scores(self, turns: Any, places: Any) -> Any:
        """Return each text's scores: those of its likeliest stretch, beside the whole turn."""
        states = self._layers(*turns)
        whole = tf.gather(_unit_means(states, turns.mask), places.turn)
        part = _unit_means(tf.gather(states, places.turn), places.mask)
        vectors = tf.concat([part, whole], axis=1) * _FINDINGS_SCALE
        return tf.math.segment_max(self._findings(vectors, training=True), places.text)


def _optimizer(pace: _Pace, decay: float) -> Any:
    optimizer = tf.keras.optimizers.AdamW(
        pace, weight_decay=decay, beta_2=0.99, global_clipnorm=_LONGEST_SLOPE
    )
    optimizer.exclude_from_weight_decay(var_names=["bias", "norm"])
    return optimizer


def _unit_means(states: Any, mask: Any) -> Any:
    total = tf.reduce_sum(states * mask[:, :, None], axis=1)
    return tf.math.l2_normalize(total / tf.reduce_sum(mask, axis=1, keepdims=True), axis=1)


def tune(
    root: Path, out: Path, epochs: int, goes_on: bool = False, new: Sequence[str] = ()
) -> None:
    """Tune the encoder's layers, and write them.

    Args:
        root: the project's folder.
        out: the file to write.
        epochs: how often every text is seen.
        goes_on: begin with the layers of that file, not with the package's.
        new: files of messages that these layers have not seen: see `read_texts`.

    Raises:
        EncoderUnavailable: if the encoder's package is not what it should be.
        KnowledgeError: if a file of findings is wrong, or one of the new ones is not there.
    """
    tf.keras.utils.set_random_seed(_SEED)
    file, texts = PackageFile(), read_texts(root, new)
    copies = misspelled_copies(texts.findings, _MISSPELLED, np.random.default_rng(_SEED))
    texts = texts._replace(findings=[*texts.findings, *copies])
    say(f"Reading {len(texts.findings)} texts and {len(texts.intents)} examples ...")
    trunk = SentenceEncoder(file.with_layers({}))
    layers = EncoderLayers(file.arrays(out if goes_on else None), _DROPOUT)
    learn(layers, trunk, texts, epochs, goes_on)
    file.save(layers.arrays(), out)


def learn(
    layers: EncoderLayers,
    trunk: SentenceEncoder,
    texts: TuningTexts,
    epochs: int,
    goes_on: bool = False,
) -> List[float]:
    """Tune the layers, saying from time to time how it goes.

    Returns:
        The findings' loss at each step.
    """
    lessons = Lessons(trunk, texts)
    steps = epochs * lessons.a_round
    outputs, intents = lessons.findings_outputs, lessons.intents_outputs
    tuner = Tuner(layers, outputs, intents, steps, goes_on)
    started, losses = time.monotonic(), np.zeros((steps, 2))
    for step, lesson in enumerate(lessons(np.random.default_rng(_SEED), epochs)):
        losses[step] = [float(loss) for loss in tuner.step(*lesson)]
        done = step + 1
        if done % _SAY_EVERY == 0:
            findings_loss, intents_loss = losses[done - _SAY_EVERY : done].mean(axis=0)
            left = (time.monotonic() - started) / 60 * (steps / done - 1)
            say(
                f"step {done} of {steps}: loss of findings {findings_loss:.2f}, "
                f"of intents {intents_loss:.2f}; about {left:.0f} minutes left"
            )
    return [float(each) for each in losses[:, 0]]
