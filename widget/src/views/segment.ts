// One part of an answer: bubbles, or the card that its custom message asks for.
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Alert, Button, Lead, Segment } from "../contract";
import { markdown } from "../markdown";
import { telOf, type Context } from "./context";
import { icon } from "./icons";
import { chips, controls, progress } from "./question";

/** Shows a segment; `active` when it is the last answer and its choices are open. */
export function segmentView(segment: Segment, context: Context, active: boolean): unknown {
  const { custom, buttons } = segment;
  const open = active ? chips(buttons, context) : nothing;
  switch (custom?.kind) {
    case "alert":
      return [alertCard(custom, segment, context), open];
    case "explanation": {
      const heading = custom.title || context.strings.aspects[custom.aspect];
      const more = (button: Button) => button.payload.startsWith("/ask_");
      return [
        card("explanation", "info", heading, segment, active ? moreOf(buttons.filter(more), context) : nothing),
        active ? chips(buttons.filter((button) => !more(button)), context) : nothing,
      ];
    }
    case "causes":
      return [card("causes", "walk", context.strings.causes, segment), open];
    case "lead":
      return [leadCard(custom, segment, context), open];
    case "error":
      return [card("trouble", "alert", undefined, segment), open];
    case "question": {
      const offered = new Set(custom.options.map((option) => option.payload));
      const others = buttons.filter((button) => !offered.has(button.payload));
      // The bar over it tells how far one is: not twice.
      const texts = custom.step ? segment.texts.map((text) => text.replace(counted, "")) : segment.texts;
      const words =
        custom.slot === "confirm"
          ? card("confirm", "info", context.strings.confirm, segment)
          : bubbles(texts);
      return [
        progress(custom, context),
        words,
        active ? [controls(custom, context), chips(others, context)] : nothing,
      ];
    }
    default:
      return [bubbles(segment.texts), open];
  }
}

const counted = /^Question \d+ of \d+\. /;

function bubbles(texts: string[]): TemplateResult[] {
  return texts.map((text) => html`<div class="bubble">${markdown(text)}</div>`);
}

function card(
  kind: string,
  symbol: Parameters<typeof icon>[0],
  heading: string | undefined,
  { texts }: Segment,
  after: unknown = nothing,
): TemplateResult {
  return html`<div class="card ${kind}">
    ${heading ? html`<div class="heading">${icon(symbol)}<span>${heading}</span></div>` : nothing}
    ${texts.map(markdown)} ${after}
  </div>`;
}

function moreOf(buttons: Button[], context: Context): unknown {
  if (!buttons.length) return nothing;
  return html`<div class="more"><span>${context.strings.more}</span>${chips(buttons, context)}</div>`;
}

function alertCard({ level, call }: Alert, segment: Segment, context: Context): TemplateResult {
  const { strings, phone } = context;
  // The banner over the conversation already says whom to call.
  if (level === "emergency") {
    return card(`alert ${call === "988" ? "lifeline" : level}`, "alert", undefined, segment);
  }
  const heading = level === "urgent" ? strings.alertUrgent : strings.alertSoon;
  const number = /\d/.test(call) ? call : phone;
  const tap = number
    ? html`<a class="tap" href=${telOf(number)}>${icon("phone")}${strings.call(number)}</a>`
    : nothing;
  return card("alert", "alert", heading, segment, tap);
}

function leadCard({ status, reference }: Lead, segment: Segment, { strings }: Context): TemplateResult {
  const heading = {
    saved: strings.leadSaved,
    cancelled: strings.leadCancelled,
    failed: strings.leadFailed,
  }[status];
  const told = segment.texts.some((text) => text.includes(reference!));
  const label = reference && !told
    ? html`<p class="reference">${strings.reference}: <strong>${reference}</strong></p>`
    : nothing;
  const symbol = { saved: "check", cancelled: "info", failed: "alert" } as const;
  return card(`lead ${status}`, symbol[status], heading, segment, label);
}
