// What the server sends, read strictly: whatever does not fit is left out, nothing is trusted.

export interface Button {
  title: string;
  payload: string;
}

export interface Alert {
  kind: "alert";
  level: "emergency" | "urgent" | "soon";
  /** "911", "988", the clinic's number, or "clinic" when it is not known. */
  call: string;
}

export interface Question {
  kind: "question";
  slot: string;
  input: "choice" | "text" | "tel" | "email" | "date";
  options: Button[];
  multiple: boolean;
  step?: number;
  of?: number;
}

export interface Explanation {
  kind: "explanation";
  aspect: string;
  /** Not in every server's answer: a heading to show instead of the aspect's own. */
  title?: string;
}

export interface Lead {
  kind: "lead";
  status: "saved" | "cancelled" | "failed";
  reference?: string;
}

export interface Failure {
  kind: "error";
  code: string;
}

export interface Causes {
  kind: "causes";
}

export type Custom = Alert | Question | Explanation | Causes | Lead | Failure;

/** Texts with the buttons under them, and the custom message that closes them. */
export interface Segment {
  texts: string[];
  buttons: Button[];
  custom?: Custom;
}

export interface Turn {
  from: "user" | "bot";
  text: string;
  segments: Segment[];
}

export interface Info {
  name: string;
  phone: string;
  privacy: string;
  emergency: string;
  greeting: string;
}

type Fields = Record<string, unknown>;

const levels = ["emergency", "urgent", "soon"] as const;
const inputs = ["choice", "text", "tel", "email", "date"] as const;
const statuses = ["saved", "cancelled", "failed"] as const;

export function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T | undefined {
  return allowed.find((each) => each === value);
}

function count(value: unknown): number | undefined {
  return Number.isInteger(value) && (value as number) > 0 ? (value as number) : undefined;
}

function buttonsOf(value: unknown): Button[] {
  return list(value)
    .map((each) => {
      const { title, payload } = fields(each);
      return { title: textOf(title), payload: textOf(payload) || textOf(title) };
    })
    .filter((button) => button.title);
}

function customOf(value: unknown): Custom | undefined {
  const outer = fields(value);
  const data = fields(outer.data ?? outer);
  switch (data.kind) {
    case "alert": {
      const level = oneOf(data.level, levels);
      return level && { kind: "alert", level, call: textOf(data.call) || "911" };
    }
    case "question":
      return {
        kind: "question",
        slot: textOf(data.slot),
        input: oneOf(data.input, inputs) ?? "text",
        options: buttonsOf(data.options),
        multiple: data.multiple === true,
        step: count(data.step),
        of: count(data.of),
      };
    case "explanation":
      return {
        kind: "explanation",
        aspect: textOf(data.aspect),
        title: textOf(data.title) || undefined,
      };
    case "causes":
      return { kind: "causes" };
    case "lead": {
      const status = oneOf(data.status, statuses);
      return status && { kind: "lead", status, reference: textOf(data.reference) || undefined };
    }
    case "error":
      return { kind: "error", code: textOf(data.code) };
    default: // kinds that need no other look than their text's
      return undefined;
  }
}

/** A turn's messages in segments: a custom message closes the texts that came before it. */
export function segmentsOf(messages: unknown): Segment[] {
  const segments: Segment[] = [];
  let open: Segment = { texts: [], buttons: [] };
  const close = () => {
    if (open.texts.length || open.buttons.length || open.custom) segments.push(open);
    open = { texts: [], buttons: [] };
  };
  for (const message of list(messages).map(fields)) {
    const text = textOf(message.text).trim();
    if (text) open.texts.push(text);
    open.buttons.push(...buttonsOf(message.buttons));
    if (message.custom !== undefined && message.custom !== null) {
      open.custom = customOf(message.custom);
      close();
    }
  }
  close();
  return segments;
}

/** The session's earlier turns; the bot's messages in a row are one turn. A tapped choice is
 * told by its title. */
export function turnsOf(body: unknown): Turn[] {
  const turns: Turn[] = [];
  let messages: Fields[] = [];
  const close = () => {
    if (messages.length) turns.push({ from: "bot", text: "", segments: segmentsOf(messages) });
    messages = [];
  };
  for (const entry of list(fields(body).turns).map(fields)) {
    if (entry.from === "bot") {
      messages.push(entry);
    } else {
      close();
      turns.push({ from: "user", text: textOf(entry.text), segments: [] });
    }
  }
  close();
  return turns;
}

export function infoOf(body: unknown): Info {
  const { clinic, privacy, emergency, greeting } = fields(body);
  return {
    name: textOf(fields(clinic).name),
    phone: textOf(fields(clinic).phone),
    privacy: textOf(privacy),
    emergency: textOf(emergency),
    greeting: textOf(greeting),
  };
}
