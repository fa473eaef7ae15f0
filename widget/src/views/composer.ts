// Where the patient types: one line for a phone number or an e-mail, else a box that grows.
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Question } from "../contract";
import type { Context } from "./context";
import { icon } from "./icons";
import { markdown } from "../markdown";

export const mostCharacters = 1000;
const nearLimit = 900;

export function composer(
  draft: string,
  question: Question | undefined,
  context: Context,
  changed: (draft: string) => void,
): TemplateResult {
  const { strings } = context;
  const over = [...draft].length - mostCharacters;
  const kind = question?.input;
  const label = kind === "tel" ? strings.tel : kind === "email" ? strings.email : strings.message;
  const submit = (event: Event) => {
    event.preventDefault();
    const text = draft.trim();
    if (!text || over > 0) return;
    changed("");
    context.say(text);
  };
  const typed = (event: Event) => changed((event.target as HTMLTextAreaElement).value);
  const enter = (event: KeyboardEvent) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  };
  return html`<form class="composer" novalidate @submit=${submit}>
    ${over > nearLimit - mostCharacters
      ? html`<p id="limit" class=${over > 0 ? "over" : ""}>
          ${over > 0 ? strings.tooLong(over) : strings.left(-over)}
        </p>`
      : nothing}
    <div class="field">
      ${kind === "tel" || kind === "email"
        ? html`<input
            type=${kind}
            inputmode=${kind}
            name=${kind}
            autocomplete=${kind}
            aria-label=${label}
            placeholder=${label}
            .value=${draft}
            @input=${typed}
          />`
        : html`<textarea
            rows="1"
            enterkeyhint="send"
            autocomplete=${question?.slot === "name" ? "name" : "off"}
            aria-label=${label}
            aria-describedby="limit"
            aria-invalid=${over > 0}
            placeholder=${question ? strings.answer : strings.placeholder}
            .value=${draft}
            @input=${typed}
            @keydown=${enter}
          ></textarea>`}
      <button class="send" aria-label=${strings.send}>${icon("send")}</button>
    </div>
    <div class="foot">${markdown(strings.emergencyShort)}</div>
  </form>`;
}
