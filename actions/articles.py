"""Offers the clinic's related articles."""

from typing import Any, Dict, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from legpain.knowledge import load_knowledge
from legpain.rasa.safe_action import Events, SafeAction, button, entity_values
from legpain.replies import custom


class ActionArticles(SafeAction):
    """Utters the gist of the article asked for, or offers all of them."""

    def name(self) -> str:
        """Return the action's name."""
        return "action_articles"

    def answer(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: Dict[str, Any]
    ) -> Optional[Events]:
        """Utter one article's gist, or the list."""
        articles = {each.id: each for each in load_knowledge().clinic.articles}
        asked = [each for each in entity_values(tracker, "article") if each in articles]
        if asked:
            article = articles[asked[0]]
            dispatcher.utter_message(text=f"**{article.title}**\n\n{article.gist}")
            dispatcher.utter_message(json_message=custom("article", id=article.id))
            return []
        dispatcher.utter_message(
            response="utter_articles",
            buttons=[
                button(each.title, "ask_articles", article=each.id) for each in articles.values()
            ],
        )
        return []
