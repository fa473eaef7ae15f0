"""Runs the model's graph node by node, in an order that is found once.

Rasa 3.6.21 hands the graph to dask three times a message, which plans it anew each time: a tenth of
a message's work. tests/rasa/test_patches.py compares the results.
"""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Tuple, Type, TypeVar

from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner

_Component = TypeVar("_Component")


class InOrderGraphRunner(DaskGraphRunner):
    """Rasa's runner without dask's planning."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._orders: Dict[Tuple[str, ...], List[str]] = {}

    def run(
        self, inputs: Optional[Dict[str, Any]] = None, targets: Optional[List[str]] = None
    ) -> Dict[str, Any]:
        """Run the graph (see parent class)."""
        wanted = tuple(targets or self._graph_schema.target_names)
        if wanted not in self._orders:
            self._orders[wanted] = self._order(wanted)
        done: Dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        try:
            for name in self._orders[wanted]:
                if name not in done:
                    needs = self._graph_schema.nodes[name].needs.values()
                    done[name] = self._instantiated_nodes[name](
                        *(done.get(need, need) for need in needs)
                    )
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error
        return dict(done[name] for name in wanted)

    def component(self, kind: Type[_Component]) -> Optional[_Component]:
        """Return the graph's component of a kind, or None."""
        components = (node._component for node in self._instantiated_nodes.values())
        return next((each for each in components if isinstance(each, kind)), None)

    def _order(self, targets: Tuple[str, ...]) -> List[str]:
        """Return the nodes that the targets need, each after those that it needs itself."""
        order: List[str] = []

        def visit(name: str) -> None:
            node = self._graph_schema.nodes.get(name)
            if node is None or name in order:  # not a node: an input
                return
            for need in node.needs.values():
                visit(need)
            order.append(name)

        for target in targets:
            visit(target)
        return order
