// A tiny Markdown: paragraphs, lists, **bold**, [links](https: or tel:). It becomes DOM nodes
// whose words are text nodes, so nothing in a text can be markup.
import { html, type TemplateResult } from "lit/html.js";

interface Block {
  kind: "p" | "ul" | "ol";
  lines: string[];
}

const bullet = /^\s*[-*•]\s+(.*)$/;
const number = /^\s*\d{1,2}[.)]\s+(.*)$/;
const inline = /\*\*([^*]+)\*\*|\[([^\]]+)\]\(([^()\s]+)\)/g;

function blocksOf(text: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const line of text.split("\n")) {
    const item = bullet.exec(line) ?? number.exec(line);
    const kind = !item ? "p" : bullet.test(line) ? "ul" : "ol";
    if (!line.trim()) {
      open = undefined;
    } else if (open?.kind === kind) {
      open.lines.push(item?.[1] ?? line);
    } else {
      open = { kind, lines: [item?.[1] ?? line] };
      blocks.push(open);
    }
  }
  return blocks;
}

/** The address, if it is one that a text may link to. */
export function safeLink(address: string): string | undefined {
  if (/^tel:\+?[\d().-]{3,24}$/.test(address)) return address;
  try {
    const url = new URL(address);
    return url.protocol === "https:" ? url.href : undefined;
  } catch {
    return undefined;
  }
}

function link(words: string, address: string): TemplateResult | undefined {
  const href = safeLink(address);
  if (!href) return undefined;
  return href.startsWith("tel:")
    ? html`<a href=${href}>${words}</a>`
    : html`<a href=${href} target="_blank" rel="noopener noreferrer">${words}</a>`;
}

function inlineOf(text: string): unknown[] {
  const parts: unknown[] = [];
  let end = 0;
  for (const match of text.matchAll(inline)) {
    const [whole, bold, words, address] = match;
    parts.push(text.slice(end, match.index));
    parts.push(bold ? html`<strong>${inlineOf(bold)}</strong>` : (link(words!, address!) ?? whole));
    end = match.index! + whole.length;
  }
  return [...parts, text.slice(end)];
}

export function markdown(text: string): TemplateResult[] {
  return blocksOf(text).map(({ kind, lines }) => {
    const items = lines.map((line) => html`<li>${inlineOf(line)}</li>`);
    if (kind === "ul") return html`<ul>${items}</ul>`;
    if (kind === "ol") return html`<ol>${items}</ol>`;
    return html`<p>${inlineOf(lines.join("\n"))}</p>`;
  });
}

/** The words alone, for a file: links keep their number or address. */
export function plain(text: string): string {
  return text.replace(inline, (whole, bold, words, address) => {
    if (bold) return plain(bold);
    const href = safeLink(address);
    if (!href) return whole;
    const target = href.replace(/^tel:/, "");
    return words.includes(target) ? words : `${words} (${target})`;
  });
}
