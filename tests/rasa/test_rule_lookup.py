"""The quick look-up of rules answers as Rasa 3.6.21 does."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any, Dict, List

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rasa.core.policies.rule_policy import (
    RULES,
    RULES_FOR_LOOP_UNHAPPY_PATH,
    RulePolicy,
)
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.shared.core.events import ActionExecuted, ActiveLoop, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from legpain.rasa.red_flag_policy import RedFlagRulePolicy


@pytest.fixture(scope="module")
def loaded(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The trained model's policy, its domain, and Rasa's own policy with the same rules."""
    folder = tmp_path_factory.mktemp("model")
    storage, metadata = LocalModelStorage.from_model_archive(folder, model)
    node = next(n for n in metadata.predict_schema.nodes.values() if n.uses is RedFlagRulePolicy)
    context = ExecutionContext(GraphSchema({}), node_name="policy")
    policies = [
        policy.load({**policy.get_default_config(), **node.config}, storage, node.resource, context)
        for policy in (RedFlagRulePolicy, RulePolicy)
    ]
    return (*policies, metadata.domain)


def test_rasa_is_the_version_whose_policy_this_is() -> None:
    assert version("rasa") == "3.6.21"


def _turn(domain: Any, choice: int) -> List[Any]:
    intents, actions = sorted(domain.intents), domain.action_names_or_texts
    loops = [*domain.form_names, None]
    user = UserUttered("words", {"name": intents[choice % len(intents)], "confidence": 1.0}, [])
    answer = ActionExecuted(actions[choice // 7 % len(actions)])
    events: List[Any] = [user, answer]
    if choice % 5 == 0:
        events.append(ActiveLoop(loops[choice // 11 % len(loops)]))
    if choice % 3 == 0:
        events.append(SlotSet("topic", "sciatica"))
    return events if choice % 4 == 0 else [*events, ActionExecuted("action_listen")]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 5000), min_size=1, max_size=8), st.booleans())
def test_every_conversation_gets_the_action_that_rasa_predicts(
    loaded: Any, choices: List[int], ends_with_a_message: bool
) -> None:
    quick, rasas, domain = loaded
    tracker = DialogueStateTracker.from_events(
        "me", [ActionExecuted("action_listen")], domain.slots
    )
    for choice in choices:
        tracker.update_with_events(_turn(domain, choice), domain)
    if ends_with_a_message:
        tracker.update(ActionExecuted("action_listen"), domain)
        tracker.update(_turn(domain, sum(choices))[0], domain)
    for use_text in (True, False):
        found = quick._find_action_from_rules(tracker, domain, use_text)
        expected = rasas._find_action_from_rules(tracker, domain, use_text)
        # Without a rule the second names the state, of which the quick one has the latest part.
        assert (found[0], found[2]) == (expected[0], expected[2])
        assert found[0] is None or found[1] == expected[1]
    assert quick._predict(tracker, domain)[0].probabilities == (
        rasas._predict(tracker, domain)[0].probabilities
    )


def test_only_rules_that_can_apply_are_compared(loaded: Any) -> None:
    policy, _, domain = loaded
    compared: List[Dict[str, str]] = []
    for part in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH):
        index = policy._indexes[id(policy.lookup[part])]
        for intent in domain.intents:
            state = {
                "prev_action": {"action_name": "action_listen"},
                "user": {"intent": intent},
            }
            compared.append(index.candidates(state))
    assert max(len(found) for found in compared) < len(policy.lookup[RULES]) / 2
