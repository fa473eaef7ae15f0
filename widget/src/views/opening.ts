// What is said before the first message, also when the server is down.
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Info } from "../contract";
import { markdown } from "../markdown";
import { sentence, telOf, type Context } from "./context";
import { icon } from "./icons";

// The assistant understands English, in whatever language the buttons are.
const asks = [
  "What are common causes of leg pain after walking?",
  "Can you check my pain?",
  "I would like to request a visit",
];

export function opening(context: Context, info: Info | undefined, fresh: boolean): TemplateResult {
  const { strings, phone } = context;
  return html`<section class="opening">
    <div class="about">${markdown(info?.greeting || strings.about)}</div>
    ${strings.onlyEnglish ? html`<p>${strings.onlyEnglish}</p>` : nothing}
    <div class="notice urgent">
      ${icon("alert")}
      <div>${markdown(info?.emergency || strings.emergency)}</div>
    </div>
    ${phone
      ? html`<a class="notice" href=${telOf(phone)}>
          ${icon("phone")}<span>${strings.clinicPhone}: <strong>${phone}</strong></span>
        </a>`
      : nothing}
    <details class="notice">
      <summary>${icon("lock")}<span>${strings.privacyTitle}</span></summary>
      ${sentence(info?.privacy || strings.privacy, context)}
    </details>
    ${fresh
      ? html`<div class="chips" role="group" aria-label=${strings.choices}>
          ${strings.starters.map(
            (title, index) =>
              html`<button type="button" @click=${() => context.say(asks[index]!, title)}>
                ${title}
              </button>`,
          )}
        </div>`
      : nothing}
  </section>`;
}
