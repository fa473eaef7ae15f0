// The words of the interface itself. What the assistant says comes from the server.
// `{call}` is how to reach the clinic, fit after "call"; sentences may use the tiny Markdown.
import { spanish } from "./strings_es";

export const english = {
  launcher: "Leg pain? Ask here",
  launcherAlarm: "Important. Open the chat",
  unread: (count: number) => (count === 1 ? "1 new message" : `${count} new messages`),
  title: "Leg pain assistant",
  about:
    "I can explain why legs hurt after walking, what helps, and when to see someone. I am a " +
    "computer program. I give general information, not a diagnosis.",
  emergency: "**Not for emergencies.** If this could be one, call [911](tel:911).",
  emergencyShort: "In an emergency, call [911](tel:911).",
  clinicPhone: "Call the clinic",
  clinicNumber: (phone: string, link: string) => `the clinic at [${phone}](${link})`,
  clinicNoNumber: "the clinic (its number is on the clinic’s website)",
  privacyTitle: "Your privacy",
  privacy:
    "What you type goes only to this clinic’s assistant. Please share no more about yourself " +
    "than you need to. You can delete this chat at any time.",
  onlyEnglish: "",
  starters: ["Common causes", "Check my pain", "Request a visit"],
  log: "Conversation",
  you: "You",
  assistant: "Assistant",
  message: "Your message",
  placeholder: "Type your question",
  answer: "Type your answer",
  tel: "Your phone number",
  email: "Your e-mail address",
  send: "Send",
  tooLong: (over: number) => `Please make it shorter: ${over} characters too many.`,
  left: (count: number) => `${count} characters left`,
  typing: "The assistant is writing",
  minimize: "Minimize chat",
  menu: "Menu",
  startOver: "Start over",
  print: "Print this chat",
  save: "Save as a text file",
  soundOn: "Sound is off: turn it on",
  soundOff: "Sound is on: turn it off",
  forget: "Delete this chat",
  forgetAsk: "Delete this chat here and at the clinic’s assistant? This can not be undone.",
  forgetYes: "Delete",
  forgetNo: "Keep it",
  step: (step: number, of: number) => `Question ${step} of ${of}`,
  pickMany: "Pick all that fit",
  pickOne: "Pick at least one, or type your answer.",
  pickDone: "Done",
  pickDay: "Pick a day",
  useDay: "Use this day",
  more: "More about this",
  choices: "Choices",
  alertEmergency: "This may be an emergency",
  alertLifeline: "You are not alone. Help is there day and night.",
  alertUrgent: "Get seen soon, do not wait",
  alertSoon: "Book a visit",
  call: (number: string) => `Call ${number}`,
  text988: "Text 988",
  aspects: {
    overview: "What it is",
    symptoms: "Signs",
    causes: "Why it happens",
    self_care: "At home",
    treatment: "At the clinic",
    recovery: "How long it takes",
    prevention: "How to prevent it",
    when_to_see_someone: "When to worry",
    compare: "Side by side",
  } as Record<string, string>,
  causes: "What it can be",
  confirm: "Please check",
  leadSaved: "Request sent",
  leadCancelled: "No request was sent",
  leadFailed: "The request was not sent",
  reference: "Reference",
  empty:
    "Sorry, I have no answer to that right now. Please try again in other words, or call {call}.",
  newChat:
    "This is a new chat. I can not see what was said before, so please tell me again what matters.",
  deleted: "The chat was deleted.",
  notDeleted:
    "The chat could not be deleted just now. Please try again in a minute, or call {call}.",
  down:
    "I can not reach the assistant right now. You can still call {call}. In an emergency, call " +
    "[911](tel:911).",
  trouble: {
    offline:
      "You are offline. Your message is kept, and goes out when you are back. In an emergency, " +
      "call [911](tel:911).",
    unreachable:
      "I can not reach the assistant. Your message is kept and I keep trying. You can also call " +
      "{call}. In an emergency, call [911](tel:911).",
    busy:
      "The assistant is starting or very busy. Your message is kept and I keep trying. You can " +
      "also call {call}. In an emergency, call [911](tel:911).",
    limited:
      "That was a lot of messages. Yours is kept and goes out in a moment. In an emergency, call " +
      "[911](tel:911).",
  },
  tryNow: "Try now",
  failed: {
    broken:
      "This message was not answered: something broke on our side. Please try again, or call " +
      "{call}. In an emergency, call [911](tel:911).",
    refused:
      "This message could not be sent. Please write it in other words, or call {call}. In an " +
      "emergency, call [911](tel:911).",
    payload_not_offered: "That choice is no longer open. Please type your answer.",
    too_long: "This message is too long. Please send it in two parts.",
  },
  tryAgain: "Try again",
  transcript: (clinic: string, date: string) => `Chat with the leg pain assistant of ${clinic}, ${date}`,
  transcriptNote:
    "General information from a computer program, not a diagnosis. In an emergency call 911.",
  ourClinic: "the clinic",
};

export type Strings = typeof english;

/** The interface's words in a language ("es", "es-US", ...); English where there are none. */
export function stringsFor(language: string): Strings {
  return /^es\b/i.test(language) ? spanish : english;
}
