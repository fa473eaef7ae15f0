// The emergency banner: it stays until an answer comes without the alert.
import { html, nothing, type TemplateResult } from "lit/html.js";
import { telOf, type Context } from "./context";
import { icon } from "./icons";

export function banner(alarm: string, { strings }: Context): TemplateResult {
  const lifeline = alarm === "988";
  const number = /\d/.test(alarm) ? alarm : "911";
  // The box is always there: what is put into an alert that exists is sure to be read out.
  return html`<div role="alert" class="banner ${lifeline ? "lifeline" : ""}" ?hidden=${!alarm}>
    ${alarm
      ? html`${icon(lifeline ? "phone" : "alert")}
          <strong>${lifeline ? strings.alertLifeline : strings.alertEmergency}</strong>
          <span class="calls">
            <a href=${telOf(number)}>${strings.call(number)}</a>
            ${lifeline ? html`<a href="sms:988">${strings.text988}</a>` : nothing}
          </span>`
      : nothing}
  </div>`;
}
