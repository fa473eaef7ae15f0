"""Asking and following up: cards, choices, markup as text, the transcript, deleting."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.widget.chat import Chat
from tests.widget.fake_dialogue import MARKUP
from tests.widget.visit import Site, Visit


def test_before_the_first_message_it_says_what_it_is(chat: Chat) -> None:
    for words in ("computer program", "Not for emergencies", "(555) 555-0100", "Your privacy"):
        expect(chat.panel).to_contain_text(words)
    expect(chat.panel.locator("a[href='tel:911']").first).to_be_visible()
    expect(chat.panel.locator("a[href='tel:5555550100']").first).to_be_visible()


def test_nothing_is_sent_before_the_first_message(visit: Visit) -> None:
    chat = visit.chat()
    chat.open()
    expect(chat.panel).to_contain_text("Florida Pain Medicine")
    asked = [url.rsplit("/", 1)[-1] for url in visit.requests if "/webhooks/" in url]
    assert asked == ["info"]


def test_also_with_the_server_down_it_says_what_it_is(visit: Visit, site: Site) -> None:
    page = visit.page()
    page.goto(site.url)
    page.locator("leg-pain-chat").evaluate("each => each.setAttribute('phone', '555-0199')")
    site.stop()
    chat = Chat(page)
    chat.open()
    for words in ("Not for emergencies", "555-0199", "Your privacy"):
        expect(chat.panel).to_contain_text(words)
    expect(chat.status).to_contain_text("can not reach the assistant")
    expect(chat.status.locator("a[href='tel:5550199']")).to_be_visible()


def test_ask_and_follow_up(chat: Chat, site: Site) -> None:
    chat.say("What are shin splints?")
    chat.hears("dull ache")
    card = chat.log.locator(".card.explanation")
    expect(card).to_contain_text("What it is")
    expect(card.locator("li")).to_have_count(2)
    expect(card.get_by_role("link", name="read more")).to_have_attribute(
        "rel", "noopener noreferrer"
    )
    expect(card.get_by_role("button", name="Request a visit")).to_have_count(0)
    chat.button("What can I do at home?").click()
    chat.hears("Ice can ease it")
    assert chat.said() == ["What are shin splints?", "What can I do at home?"]
    assert site.received()[-1]["text"] == '/ask_self_care{"condition": "shin_splints"}'
    assert set(site.received()[-1]) == {"id", "text", "page", "locale"}


def test_only_the_last_answers_choices_are_open(chat: Chat) -> None:
    chat.say("What are shin splints?")
    chat.hears("dull ache")
    chat.say("hello")
    chat.hears("You said: hello")
    expect(chat.button("What can I do at home?")).to_have_count(0)
    expect(chat.button("Request a visit")).to_have_count(1)


def test_markup_stays_text(chat: Chat) -> None:
    chat.say("<img src=x onerror=window.hacked=1> markup")
    chat.hears("<img src=x")
    chat.page.reload()
    expect(chat.log).to_contain_text("<i>Heading</i>")
    assert chat.said() == ["<img src=x onerror=window.hacked=1> markup"]
    turn = chat.log.locator(".turn.bot")
    expect(turn).to_contain_text(MARKUP.split("**")[0].strip())
    for tag in ("img", "script", "b", "i", "iframe"):
        expect(chat.log.locator(tag)).to_have_count(0)
    links = turn.locator("a").evaluate_all("all => all.map((each) => each.href)")
    assert links == ["https://www.example.org/", "tel:+15555550100"]
    assert chat.page.evaluate("window.hacked") is None


def test_an_empty_answer_and_a_broken_one_say_whom_to_call(chat: Chat) -> None:
    chat.say("nothing")
    chat.hears("no answer to that")
    chat.hears("(555) 555-0100")
    chat.say("breaks")
    chat.hears("Something broke")


def test_red_flags_below_an_emergency_are_cards(chat: Chat) -> None:
    chat.say("urgent")
    chat.hears("should be seen today")
    call = chat.log.get_by_role("link", name="Call +1 555 555 0100")
    expect(call).to_have_attribute("href", "tel:+15555550100")
    chat.say("soon")
    chat.hears("this week")
    expect(chat.log.get_by_role("link", name="Call (555) 555-0100")).to_be_visible()
    expect(chat.banner).to_be_hidden()


def test_too_long_a_message_is_not_sent(chat: Chat, site: Site) -> None:
    chat.field.fill("é" * 1000)
    expect(chat.panel).to_contain_text("0 characters left")
    chat.say("é" * 1003)
    expect(chat.panel).to_contain_text("3 characters too many")
    expect(chat.field).to_have_attribute("aria-invalid", "true")
    assert site.received() == []


def test_a_long_answer_is_read_from_its_beginning(chat: Chat) -> None:
    chat.say("long")
    chat.hears("Paragraph 5")
    expect(chat.log.get_by_text("Paragraph 0")).to_be_in_viewport()


def test_transcript_as_a_file_and_on_paper(chat: Chat, tmp_path: Path) -> None:
    chat.say("What are shin splints?")
    chat.hears("dull ache")
    with chat.page.expect_download() as download:
        chat.menu("Save as a text file")
    download.value.save_as(tmp_path / "chat.txt")
    text = (tmp_path / "chat.txt").read_text()
    assert "You: What are shin splints?" in text
    assert "read more (https://www.example.org/shin)" in text and "**" not in text
    chat.page.evaluate("window.print = () => { window.printed = true }")
    chat.menu("Print this chat")
    chat.page.emulate_media(media="print")
    expect(chat.page.locator("main")).to_be_hidden()
    expect(chat.page.locator("[data-leg-pain-print]")).to_contain_text("What are shin splints?")
    chat.page.emulate_media(media="screen")
    chat.page.evaluate("dispatchEvent(new Event('afterprint'))")
    expect(chat.page.locator("[data-leg-pain-print]")).to_have_count(0)
    expect(chat.page.locator("main")).to_be_visible()


def test_deleting_forgets_here_and_there(chat: Chat) -> None:
    chat.say("hello")
    chat.hears("You said: hello")
    chat.menu("Delete this chat")
    expect(chat.button("Keep it")).to_be_focused()
    chat.button("Delete").click()
    expect(chat.log).to_contain_text("The chat was deleted")
    assert chat.said() == []
    assert "hello" not in chat.page.evaluate("JSON.stringify(sessionStorage)")
    assert '"token":""' in chat.page.evaluate("sessionStorage.getItem('leg-pain-chat')")
    chat.page.reload()
    expect(chat.panel).to_be_visible()
    assert chat.said() == []
    chat.say("hello again")
    chat.hears("You said: hello again")


def test_what_can_not_be_deleted_is_said(chat: Chat, site: Site) -> None:
    chat.say("hello")
    chat.hears("You said: hello")
    site.control(status=500, times=1)
    chat.menu("Delete this chat")
    chat.button("Delete").click()
    expect(chat.log).to_contain_text("could not be deleted")
    assert chat.said() == ["hello"]


def test_minimized_it_counts_what_is_new(chat: Chat, site: Site) -> None:
    site.control(delay=0.6)
    chat.say("hello")
    chat.button("Minimize chat").click()
    expect(chat.launcher).to_have_attribute("aria-label", "Leg pain? Ask here, 1 new message")
    chat.open()
    chat.hears("You said: hello")
    chat.button("Minimize chat").click()
    expect(chat.launcher).to_have_attribute("aria-label", "Leg pain? Ask here")


_COUNTED_SOUND = """
  window.sounds = 0;
  window.AudioContext = class {
    currentTime = 0;
    createOscillator() {
      return { frequency: {}, connect: (to) => to, start: () => { sounds += 1 }, stop() {} };
    }
    createGain() {
      const gain = { setValueAtTime() {}, exponentialRampToValueAtTime() {} };
      return { gain, connect: (to) => to };
    }
  };"""


def test_silent_unless_the_patient_wants_a_sound(visit: Visit, site: Site) -> None:
    page = visit.page()
    page.add_init_script(_COUNTED_SOUND)
    page.goto(site.url)
    chat = Chat(page)
    chat.open()

    def sounds_of_an_answer(words: str) -> int:
        site.control(delay=0.6)
        chat.say(words)
        chat.button("Minimize chat").click()
        expect(chat.launcher).to_contain_text("1")
        chat.open()
        site.control(delay=0)
        return int(page.evaluate("sounds"))

    assert sounds_of_an_answer("first") == 0
    chat.menu("Sound is off: turn it on")
    assert page.evaluate("sounds") == 1  # so that one knows it
    assert sounds_of_an_answer("second") == 2
    page.reload()
    expect(chat.panel).to_be_visible()
    chat.menu("Sound is on: turn it off")
    assert sounds_of_an_answer("third") == 0


def test_start_over_is_said_in_words(chat: Chat, site: Site) -> None:
    chat.say("hello")
    chat.hears("You said: hello")
    chat.menu("Start over")
    chat.hears("You said: Start over")
    assert site.received()[-1]["text"] == "Start over"
