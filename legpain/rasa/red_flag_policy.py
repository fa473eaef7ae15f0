"""Rasa's RulePolicy with red flags before everything else.

On every user message it adds the message's findings to the conversation's, evaluates the
red-flag rules over all of them and, when something is to be said, says it before any rule,
form or fallback. It needs neither the action server nor a database nor the network.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, List, Optional, Set, Tuple

import numpy as np
from rasa.core.policies.policy import PolicyPrediction
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME, REQUESTED_SLOT
from rasa.shared.core.domain import Domain, State
from rasa.shared.core.events import (
    ActionExecuted,
    ActiveLoop,
    Event,
    SlotSet,
)
from rasa.shared.core.trackers import DialogueStateTracker

from legpain.escalation import Decision, Told, decide
from legpain.findings import ConversationFindings
from legpain.interview.questions import INTERVIEW_FILE, Interview, load_interview
from legpain.rasa.model_knowledge import copy_into_model, fingerprint, warn_if_changed
from legpain.rasa.parsed_findings import FINDINGS_SLOT
from legpain.rasa.rule_lookup import LatestStates, RuleIndex
from legpain.rasa.safety_question import (
    SAFETY_QUESTION_SLOT,
    UTTER_SAFETY_QUESTION,
    answer_to,
    question_for,
)
from legpain.rasa.turn_events import (
    RECORD_ESCALATION,
    UTTER_RED_FLAG,
    events_of_turn,
    without_alert,
)
from legpain.rasa.turn_findings import PAIN_CHECK, findings_of_turn
from legpain.red_flags import RedFlags

FORM_WAITS = "utter_form_waits"  # no form is pushed while an emergency stands
OFFER_RESUME = "utter_offer_resume"  # and when it is over, going on is offered
UTTER_CORRECTED = "utter_emergency_corrected"  # a correction took an emergency back
ALERT_SLOT = "alert"
ALERT_FILES = ("red_flags.yml", "findings.yml", INTERVIEW_FILE)
START_PAIN_CHECK = "start_pain_check"


@DefaultV1Recipe.register(
    DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True
)
class RedFlagRulePolicy(RulePolicy):
    """RulePolicy that lets no message with a red flag pass without its text."""

    def __init__(self, *args: Any, red_flags: Optional[RedFlags] = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._red_flags = red_flags
        self._indexes: Dict[int, RuleIndex] = {}  # id of a lookup -> its index
        self._interview: Optional[Interview] = None

    @classmethod
    def fingerprint_addon(cls, config: Dict[str, Any]) -> Optional[str]:
        """Return what tells Rasa that the knowledge in this component has changed."""
        return fingerprint(ALERT_FILES)

    def persist(self) -> None:
        """Write the rules of dialogue and the red-flag rules into the model."""
        super().persist()
        copy_into_model(self._model_storage, self._resource, ALERT_FILES)

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> RedFlagRulePolicy:
        """Load both kinds of rules from the model."""
        policy = super().load(config, model_storage, resource, execution_context, **kwargs)
        with model_storage.read_from(resource) as folder:
            warn_if_changed(folder, ALERT_FILES)
            policy._red_flags = RedFlags.from_folder(folder)
            policy._interview = load_interview(folder)
        policy._indexes = {
            id(policy.lookup[part]): RuleIndex(policy.lookup[part])
            for part in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)
        }
        return policy

    def _prediction_states(
        self, tracker: DialogueStateTracker, *args: Any, **kwargs: Any
    ) -> List[State]:
        """Return as many of the latest states as the longest rule has (see parent class)."""
        if self._indexes:
            longest = max(index.longest for index in self._indexes.values())
            tracker = LatestStates(tracker, max(1, longest))
        return super()._prediction_states(tracker, *args, **kwargs)

    def _find_action_from_rules(
        self, tracker: DialogueStateTracker, domain: Domain, use_text_for_last_user_input: bool
    ) -> Tuple[Optional[str], Optional[str], bool]:
        """Find the rule's action (see parent class); no look at the text if no rule reads texts."""
        index = self._indexes.get(id(self.lookup.get(RULES)))
        nothing_to_read = index is not None and not index.without_intent(ACTION_LISTEN_NAME)
        if use_text_for_last_user_input and nothing_to_read and not tracker.active_loop_name:
            return None, None, False
        found: Tuple[Optional[str], Optional[str], bool] = super()._find_action_from_rules(
            tracker, domain, use_text_for_last_user_input
        )
        return found

    def _get_possible_keys(self, lookup: Dict[str, str], states: List[State]) -> Set[str]:
        """Return the rules that apply (see parent class), looking at those alone that can."""
        index = self._indexes.get(id(lookup))
        if index is not None:
            lookup = index.candidates(states[-1])
        return super()._get_possible_keys(lookup, states)

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]] = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Predict the next action: a red flag's text first, then what the rules say."""
        turn = events_of_turn(tracker)
        if self._red_flags is None or turn is None:
            return super().predict_action_probabilities(tracker, domain, rule_only_data, **kwargs)
        executed = [event.action_name for event in turn if isinstance(event, ActionExecuted)]
        if not executed:
            return self._open_turn(tracker, domain, rule_only_data, **kwargs)
        if UTTER_SAFETY_QUESTION in executed:
            return self._forced(ACTION_LISTEN_NAME, tracker, domain)
        if executed[0] == UTTER_CORRECTED:
            prediction = self._over(executed, tracker, domain)
        elif UTTER_RED_FLAG in executed:
            prediction = self._go_on(executed, tracker, domain, rule_only_data, **kwargs)
        else:
            prediction = super().predict_action_probabilities(
                tracker, domain, rule_only_data, **kwargs
            )
        return self._question_first(
            tracker.get_slot(SAFETY_QUESTION_SLOT), prediction, tracker, domain
        )

    def _open_turn(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]],
        **kwargs: Any,
    ) -> PolicyPrediction:
        """First prediction after a user message: take in its findings, then decide."""
        assert self._red_flags is not None and tracker.latest_message is not None
        message = tracker.latest_message
        before = ConversationFindings.from_json(tracker.get_slot(FINDINGS_SLOT))
        findings, corrected = findings_of_turn(tracker, before, self._interview)
        asked = tracker.get_slot(SAFETY_QUESTION_SLOT)
        if asked:
            intent = message.intent.get("name")
            findings = [*findings, *answer_to(asked, message.text or "", intent, findings)]
        memory = before.update(findings, corrected)
        latest = frozenset(each.id for each in findings if each.counts)
        told = Told.from_json(tracker.get_slot(ALERT_SLOT))
        decision = decide(
            self._red_flags,
            told,
            memory.active(),
            latest,
            _person(findings),
            message.intent.get("name"),
            corrected,
        )
        if decision.told.standing and message.intent.get("name") == START_PAIN_CHECK:
            decision = replace(decision, answer=False)  # an emergency comes before any interview
        events: List[Event] = []
        if memory != before:
            events.append(SlotSet(FINDINGS_SLOT, memory.to_json()))
        question = None
        if tracker.active_loop_name != PAIN_CHECK:  # it asks all safety questions by itself
            question = question_for(self._red_flags, memory, findings)
        if question != asked:
            events.append(SlotSet(SAFETY_QUESTION_SLOT, question))
        if decision.speak or decision.told != told:  # without a word: a correction lowered it
            events.append(SlotSet(ALERT_SLOT, _slot_value(decision)))
        if not decision.speak:
            if told.standing and not decision.told.standing:
                return self._forced(UTTER_CORRECTED, tracker, domain, events)
            prediction = super().predict_action_probabilities(
                tracker, domain, rule_only_data, **kwargs
            )
            if asked and asked.get("then"):
                prediction = self._forced(asked["then"], tracker, domain)
            prediction.events = [*prediction.events, *events]
            return self._question_first(question, prediction, tracker, domain)
        if decision.told.standing and tracker.active_loop_name == PAIN_CHECK:
            events += [ActiveLoop(None), SlotSet(REQUESTED_SLOT, None)]
        return self._forced(UTTER_RED_FLAG, tracker, domain, events)

    def _go_on(
        self,
        executed: List[str],
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: Optional[Dict[str, Any]],
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Later predictions of a turn that began with a red flag."""
        alert = tracker.get_slot(ALERT_SLOT) or {}
        if alert.get("new") and RECORD_ESCALATION not in executed:
            return self._forced(RECORD_ESCALATION, tracker, domain)
        if not alert.get("answer") or FORM_WAITS in executed:
            if alert.get("level") == "emergency" and not alert.get("standing"):
                return self._over(executed, tracker, domain)
            return self._forced(ACTION_LISTEN_NAME, tracker, domain)
        # The rules match on a turn without the alert's own actions.
        prediction = super().predict_action_probabilities(
            without_alert(tracker, domain, bool(alert.get("standing"))),
            domain,
            rule_only_data,
            **kwargs,
        )
        if alert.get("standing") and _predicted(prediction, domain) in domain.form_names:
            return self._forced(FORM_WAITS, tracker, domain)
        return prediction

    def _over(
        self, executed: List[str], tracker: DialogueStateTracker, domain: Domain
    ) -> PolicyPrediction:
        """End a turn in which an emergency ended; a form that waited is offered again."""
        waits = tracker.active_loop_name and OFFER_RESUME not in executed
        return self._forced(OFFER_RESUME if waits else ACTION_LISTEN_NAME, tracker, domain)

    def _question_first(
        self,
        question: Optional[Dict[str, Any]],
        prediction: PolicyPrediction,
        tracker: DialogueStateTracker,
        domain: Domain,
    ) -> PolicyPrediction:
        """Ask the safety question before the turn ends, or before a form goes on or begins.

        The form takes up the message after the answer (see `legpain.rasa.safe_form`).
        """
        if not question:
            return prediction
        action = _predicted(prediction, domain)
        form = action if action in domain.form_names else None
        if PAIN_CHECK in (form, tracker.active_loop_name):  # it asks its own
            prediction.events.append(SlotSet(SAFETY_QUESTION_SLOT, None))
            return prediction
        if form is None and action != ACTION_LISTEN_NAME:
            return prediction
        waits = SlotSet(SAFETY_QUESTION_SLOT, {**question, "then": form})
        return self._forced(UTTER_SAFETY_QUESTION, tracker, domain, [*prediction.events, waits])

    def _forced(
        self,
        action: str,
        tracker: DialogueStateTracker,
        domain: Domain,
        events: Optional[List[Event]] = None,
    ) -> PolicyPrediction:
        return PolicyPrediction(
            self._prediction_result(action, tracker, domain),
            self.__class__.__name__,
            self.priority,
            events=events,
            is_no_user_prediction=True,
        )


def _predicted(prediction: PolicyPrediction, domain: Domain) -> str:
    best = int(np.argmax(prediction.probabilities))
    return str(domain.action_names_or_texts[best])


def _slot_value(decision: Decision) -> Dict[str, Any]:
    return {**decision.told.to_json(), "answer": decision.answer, "new": decision.new}


def _person(findings: List[Any]) -> str:
    counted = [finding.person for finding in findings if finding.counts]
    return "other" if counted and all(person == "other" for person in counted) else "self"
