// The conversation on paper or in a file, made on this device only.
import type { Item } from "./conversation";
import { plain } from "./markdown";
import type { Context } from "./views/context";

const printing = `@media print { body > :not([data-leg-pain-print]) { display: none !important } }
@media screen { [data-leg-pain-print] { display: none !important } }`;
const paper = `:host { all: initial !important; display: block !important }
pre { font: 12pt/1.5 Georgia, serif; white-space: pre-wrap; margin: 0; color: #000 }`;

export function transcript(items: Item[], context: Context): string {
  const { strings, name, phone } = context;
  const date = new Date().toLocaleString(undefined, { dateStyle: "long", timeStyle: "short" });
  const lines = items.flatMap((item) => {
    if (item.from === "note") return [];
    if (item.from === "user") return [`${strings.you}: ${item.text}`];
    const texts = item.segments.flatMap(({ texts, custom }) =>
      custom?.kind === "lead" && custom.reference
        ? [...texts, `${strings.reference}: ${custom.reference}`]
        : texts,
    );
    return texts.length ? [`${strings.assistant}: ${texts.map(plain).join("\n\n")}`] : [];
  });
  const head = strings.transcript(name || strings.ourClinic, date);
  const foot = [strings.transcriptNote, ...(phone ? [`${strings.clinicPhone}: ${phone}`] : [])];
  return [head, ...lines, foot.join("\n")].join("\n\n") + "\n";
}

export function saveFile(text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
  link.download = "leg-pain-chat.txt";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Prints the text alone: for that moment, the page's own content stays off the paper. */
export function printText(text: string): void {
  const sheet = document.createElement("div");
  sheet.setAttribute("data-leg-pain-print", "");
  const words = document.createElement("pre");
  words.textContent = text;
  const root = sheet.attachShadow({ mode: "open" });
  root.adoptedStyleSheets = [styleOf(paper)];
  root.append(words);
  const style = styleOf(printing);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
  document.body.append(sheet);
  const end = () => {
    sheet.remove();
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== style);
  };
  addEventListener("afterprint", end, { once: true });
  print();
}

// A style sheet made like this is allowed under a Content-Security-Policy without inline styles.
function styleOf(css: string): CSSStyleSheet {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet;
}
