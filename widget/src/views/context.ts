import type { TemplateResult } from "lit/html.js";
import { markdown } from "../markdown";
import type { Strings } from "../strings";

/** What every view needs. */
export interface Context {
  strings: Strings;
  name: string;
  phone: string;
  /** How to reach the clinic, fit after "call"; tiny Markdown. */
  call: string;
  say(text: string, shown?: string): void;
}

/** A sentence of the interface, with the way to reach the clinic filled in. */
export function sentence(text: string, context: Context): TemplateResult[] {
  return markdown(text.replace("{call}", context.call));
}

export function telOf(phone: string): string {
  return `tel:${phone.replace(/[^\d+]/g, "")}`;
}
