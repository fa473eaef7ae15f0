"""What an action server imports and reads, done once before it is forked."""

import importlib
import pkgutil
import tempfile
from pathlib import Path

import actions
from legpain.booking.texts import load_booking
from legpain.knowledge import load_knowledge
from legpain.leads import LeadStore

for module in pkgutil.iter_modules(actions.__path__, "actions."):
    importlib.import_module(module.name)
load_knowledge()
load_booking()
with tempfile.TemporaryDirectory() as folder:  # a first store imports the migrations
    LeadStore.open(f"sqlite:///{folder}/legpain.db", Path(folder, "legpain.key")).close()
