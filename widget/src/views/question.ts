// The controls of the question that waits for an answer. Typing an answer is always possible.
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Button, Question } from "../contract";
import type { Context } from "./context";

export function progress(question: Question, { strings }: Context): unknown {
  const { step, of } = question;
  if (!step || !of) return nothing;
  const words = strings.step(step, of);
  return html`<div class="progress">
    <span>${words}</span><progress max=${of} value=${step} aria-label=${words}></progress>
  </div>`;
}

export function controls(question: Question, context: Context): unknown {
  const { options, input, multiple } = question;
  if (options.length) return multiple ? checkboxes(options, context) : chips(options, context);
  return input === "date" ? day(context) : nothing;
}

export function chips(buttons: Button[], { strings, say }: Context): unknown {
  if (!buttons.length) return nothing;
  return html`<div class="chips" role="group" aria-label=${strings.choices}>
    ${buttons.map(
      ({ title, payload }) =>
        html`<button type="button" @click=${() => say(payload, title)}>${title}</button>`,
    )}
  </div>`;
}

// "None of these" and "I am not sure" go with no other choice.
const alone = ["/deny", "/unsure"];

function checkboxes(options: Button[], { strings, say }: Context): TemplateResult {
  const boxes = (event: Event) => [
    ...(event.currentTarget as HTMLFormElement).querySelectorAll("input"),
  ];
  const changed = (event: Event) => {
    const ticked = event.target as HTMLInputElement;
    for (const box of boxes(event)) {
      box.setCustomValidity("");
      const apart = alone.includes(box.value) || alone.includes(ticked.value);
      if (ticked.checked && box !== ticked && apart) box.checked = false;
    }
  };
  const done = (event: Event) => {
    event.preventDefault();
    const all = boxes(event);
    const picked = options.filter((_, index) => all[index]!.checked);
    if (!picked.length) {
      all[0]!.setCustomValidity(strings.pickOne);
      all[0]!.reportValidity();
      return;
    }
    const titles = picked.map((option) => option.title).join(", ");
    say(picked.length === 1 ? picked[0]!.payload : titles, titles);
  };
  return html`<form class="many" novalidate @change=${changed} @submit=${done}>
    <fieldset>
      <legend>${strings.pickMany}</legend>
      ${options.map(
        ({ title, payload }) =>
          html`<label><input type="checkbox" .value=${payload} /><span>${title}</span></label>`,
      )}
    </fieldset>
    <button class="primary">${strings.pickDone}</button>
  </form>`;
}

function day({ strings, say }: Context): TemplateResult {
  const pad = (part: number) => String(part).padStart(2, "0");
  const now = new Date();
  const today = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`;
  const done = (event: Event) => {
    event.preventDefault();
    const box = (event.currentTarget as HTMLFormElement).querySelector("input")!;
    if (!box.reportValidity()) return;
    const words = new Date(`${box.value}T12:00`).toLocaleDateString("en-US", {
      weekday: "long",
      month: "long",
      day: "numeric",
      year: "numeric",
    });
    say(words);
  };
  return html`<form class="day" novalidate @submit=${done}>
    <label>${strings.pickDay}<input type="date" required min=${today} /></label>
    <button class="primary">${strings.useDay}</button>
  </form>`;
}
