"""Measures what the assistant understands and how it replies, beside two baselines."""

from legpain.evaluation.evaluate import Evaluation, evaluate, run_evaluation

__all__ = ["Evaluation", "evaluate", "run_evaluation"]
