"""Small builders of messages as the contract has them."""

from __future__ import annotations

from typing import Any, Dict

from legpain.knowledge import Clinic, knowledge_dir, load_knowledge, read_yaml


def custom(kind: str, **fields: Any) -> Dict[str, Any]:
    """Return a custom message for programs: `{"data": {"kind": …, …}}`."""
    return {"data": {"kind": kind, **fields}}


def clinic_call(clinic: Clinic) -> str:
    """Return how to reach the clinic, fit after the word "call"."""
    if not clinic.phone:
        return "the clinic (its number is on the clinic's website)"
    digits = "".join(char for char in clinic.phone if char.isdigit() or char == "+")
    return f"the clinic at [{clinic.phone}](tel:{digits})"


def clinic_variables(clinic: Clinic) -> Dict[str, str]:
    """Return the variables that responses may use."""
    return {
        "clinic_name": clinic.name,
        "clinic_call": clinic_call(clinic),
        "clinic_booking": clinic.booking,
    }


def alert_message(alert: Dict[str, Any], clinic: Clinic) -> Dict[str, Any]:
    """Return the alert's text with its custom message (contract `alert`).

    Once the patient is safe or in care, the text comes without it.
    """
    if alert["level"] == "emergency" and not alert["standing"]:
        return {"text": alert["text"]}
    call = alert["call"] if alert["call"] != "clinic" else clinic.phone or "clinic"
    return {
        "text": alert["text"],
        "custom": custom(
            "alert",
            level=alert["level"],
            rules=alert["rules"],
            suspected=alert["suspected"],
            call=call,
        ),
    }


def safety_question_message(text: str) -> Dict[str, Any]:
    """Return a closed question about a red flag (contract `question`, slot `safety`)."""
    options = [
        {"title": "Yes", "payload": "/affirm"},
        {"title": "No", "payload": "/deny"},
        {"title": "I'm not sure", "payload": "/unsure"},
    ]
    question = custom("question", slot="safety", input="choice", options=options)
    return {"text": text, "buttons": options, "custom": question}


def failure_text(key: str) -> str:
    """Return a text of `failures.yml`: what a patient hears when a part fails."""
    texts: Dict[str, str] = read_yaml(knowledge_dir() / "failures.yml")
    return texts[key].format(clinic_call=clinic_call(load_knowledge().clinic))
