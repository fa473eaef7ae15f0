// What was said. New turns are read out; what a reload brings back is not.
import { html, nothing, type TemplateResult } from "lit/html.js";
import type { Conversation, Item } from "../conversation";
import { sentence, type Context } from "./context";
import { segmentView } from "./segment";

export function log(conversation: Conversation, context: Context): TemplateResult {
  const { items, restoring, current } = conversation;
  return html`<div
    role="log"
    aria-live=${restoring ? "off" : "polite"}
    aria-relevant="additions"
    aria-label=${context.strings.log}
  >
    ${items.map((item) => itemView(item, item === current, conversation, context))}
  </div>`;
}

function itemView(
  item: Item,
  active: boolean,
  conversation: Conversation,
  context: Context,
): TemplateResult {
  const { strings } = context;
  if (item.from === "note") {
    return html`<div class="turn note">${sentence(strings[item.note], context)}</div>`;
  }
  if (item.from === "user") {
    return html`<div class="turn user">
      <span class="hidden">${strings.you}:</span>
      <div class="bubble">${item.text}</div>
      ${item.failed
        ? html`<div class="failed">
            ${sentence(strings.failed[item.failed], context)}
            ${item.failed === "broken"
              ? html`<button type="button" @click=${() => conversation.again(item)}>
                  ${strings.tryAgain}
                </button>`
              : nothing}
          </div>`
        : nothing}
    </div>`;
  }
  return html`<div class="turn bot" lang="en">
    <span class="hidden">${strings.assistant}:</span>
    ${item.segments.length
      ? item.segments.map((segment) => segmentView(segment, context, active))
      : html`<div class="card trouble">${sentence(strings.empty, context)}</div>`}
  </div>`;
}

export function status(conversation: Conversation, context: Context): TemplateResult {
  const { outbox, down, items } = conversation;
  const { strings } = context;
  const trouble = outbox.trouble;
  const words = trouble ? strings.trouble[trouble] : down ? strings.down : "";
  const waits = outbox.busy && items.length > 0;
  return html`<div role="status" class="status">
    ${waits && !down
      ? html`<span class="typing"><i></i><i></i><i></i><span class="hidden">${strings.typing}</span></span>`
      : nothing}
    ${words ? html`<div class="trouble">${sentence(words, context)}</div>` : nothing}
    ${trouble
      ? html`<button type="button" @click=${() => outbox.tryNow()}>${strings.tryNow}</button>`
      : nothing}
  </div>`;
}
