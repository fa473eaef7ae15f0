"""What the servers keep out of their processes, held to the Rasa version that is installed."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any, List

import pytest

from legpain.rasa.lean import (
    _TENSORFLOW_HELPERS,
    CHANNELS,
    RASA_VERSION,
    STORES,
    TENSORFLOW,
    TOOLS,
    unused,
)
from tests.conftest import ROOT


def _in_new_process(code: str, folder: Path = ROOT) -> Any:
    """Run code after `leave_out` in a process of its own; return what it leaves in `result`."""
    program = (
        "import json, sys\nfrom pathlib import Path\nfrom legpain.rasa.lean import leave_out\n"
        f"leave_out(Path({str(folder)!r}))\n{code}\nprint(json.dumps(result))"
    )
    output = subprocess.check_output(
        [sys.executable, "-W", "ignore", "-c", program], cwd=ROOT, text=True
    )
    return json.loads(output.splitlines()[-1])


def test_the_tables_were_read_in_the_installed_rasa() -> None:
    assert version("rasa") == RASA_VERSION == "3.6.21"
    for module in [*TENSORFLOW, *_TENSORFLOW_HELPERS, *CHANNELS]:
        assert importlib.util.find_spec(module), module


def _loaded(code: str) -> List[str]:
    """Return the modules with a file of their own that a process has after the code."""
    found: List[str] = _in_new_process(
        f"{code}\n"
        "result = [name for name, each in sys.modules.items() if getattr(each, '__file__', None)]"
    )
    return found


def test_a_server_understands_without_what_is_left_out(model: Path) -> None:
    loaded = _loaded(
        "import asyncio, rasa.core.run, legpain.rasa.web_channel, legpain.rasa.rest_channel\n"
        "from rasa.core.agent import Agent\n"
        f"agent = Agent.load({str(model)!r})\n"
        "parsed = asyncio.run(agent.parse_message('what is plantar fasciitis?'))\n"
        "assert parsed['intent']['confidence'] > 0.3, parsed"
    )
    assert "rasa.core.run" in loaded
    heavy = {"tensorflow", "keras", "jax", "matplotlib", "twilio", "slack_sdk", "aiogram", "skops",
             "pymongo.errors", "botocore.exceptions", "prompt_toolkit", *TOOLS}  # fmt: skip
    assert not heavy & set(loaded)


def test_the_action_server_loads_what_answers_need_and_no_more() -> None:
    loaded = _loaded(
        "import legpain.rasa.action_server\n"
        "from rasa_sdk.endpoint import create_app\ncreate_app('actions')"
    )
    assert "actions.explain" in loaded
    heavy = {"rasa", "tensorflow", "spacy", "thinc", "sklearn", "scipy", "onnxruntime", "rich"}
    assert not heavy & set(loaded)


def test_all_components_and_channels_keep_their_names() -> None:
    named = _in_new_process(
        "from rasa.engine.recipes.default_components import DEFAULT_COMPONENTS\n"
        "from rasa.core.channels import BUILTIN_CHANNELS\n"
        "result = [sorted(each.__name__ for each in DEFAULT_COMPONENTS), sorted(BUILTIN_CHANNELS)]"
    )
    assert set(TENSORFLOW.values()) <= set(named[0])
    assert set(CHANNELS.values()) <= set(named[1])


def test_using_what_is_left_out_says_so() -> None:
    message = _in_new_process(
        "from rasa.core.policies.ted_policy import TEDPolicy\n"
        "from rasa.core.channels.slack import SlackInput\n"
        "result = []\n"
        "for use in (lambda: TEDPolicy({}), lambda: SlackInput.from_credentials({})):\n"
        "    try:\n        use()\n"
        "    except ImportError as error:\n        result.append(str(error))"
    )
    assert len(message) == 2
    assert "TEDPolicy was left out" in message[0]
    assert "SlackInput was left out" in message[1]


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ({"dietclassifier"}, {*TENSORFLOW, *_TENSORFLOW_HELPERS}),
        ({"slack"}, {"rasa.core.channels.slack"}),
        ({"mongod"}, set(STORES["mongod"])),
        (set(), set()),
    ],
)
def test_what_the_configuration_names_is_kept(words: set[str], kept: set[str]) -> None:
    everything = unused(set())
    assert everything - unused(words) == kept


def test_a_named_channel_is_the_real_one(tmp_path: Path) -> None:
    (tmp_path / "credentials.yml").write_text("slack:\n  slack_token: x\n", encoding="utf-8")
    result = _in_new_process(
        "from rasa.core.channels.slack import SlackInput\nresult = SlackInput.name()", tmp_path
    )
    assert result == "slack"
