// The conversation as the patient sees it: what was said, what is on its way, what stands.
import { Api, ApiError } from "./api";
import type { Info, Question, Segment, Turn } from "./contract";
import { newId } from "./ids";
import { Outbox, type Failed, type Pending } from "./outbox";
import type { Storage } from "./storage";

export type Note = "newChat" | "deleted" | "notDeleted";

export type Item =
  | { from: "user"; id: string; text: string; sent: string; failed?: Failed }
  | { from: "bot"; id: string; segments: Segment[] }
  | { from: "note"; id: string; note: Note };

const historyWait = 4000; // milliseconds between tries

export class Conversation {
  items: Item[] = [];
  info?: Info;
  /** Whether the server could not even be asked who it is. */
  down = false;
  /** Whether earlier turns are being put back: they are not news. */
  restoring = false;
  readonly outbox: Outbox;

  private readonly api: Api;
  private readonly restored: Set<string>;
  private ready?: Promise<void>;

  constructor(
    base: string,
    private readonly store: Storage,
    private readonly hooks: { changed(): void; arrived(alarm: boolean): void },
  ) {
    this.api = new Api(base, {
      get: () => store.get("token"),
      set: (token) => store.set({ token }),
    });
    const pending = [...store.get("pending")];
    this.restored = new Set(pending.map((message) => message.id));
    this.outbox = new Outbox(pending, {
      deliver: (message) => this.api.send(message.id, message.text),
      answered: (message, segments) => this.answered(message, segments),
      failed: (message, why) => this.failed(message, why),
      sessionEnded: () => this.sessionEnded(),
      changed: () => {
        store.set({ pending: this.outbox.pending });
        hooks.changed();
      },
    });
  }

  /** Asks the server who it is and brings back earlier turns; once, on first use. */
  start(): Promise<void> {
    this.ready ??= (async () => {
      void this.askInfo();
      if (this.store.get("token")) await this.restore();
      this.showPending();
      void this.outbox.run();
    })();
    return this.ready;
  }

  say(text: string, shown = text): void {
    this.send({ id: newId(), text, shown });
  }

  again(item: Item): void {
    if (item.from !== "user") return;
    this.items = this.items.filter((each) => each !== item);
    this.send({ id: item.id, text: item.sent, shown: item.text });
  }

  /** Deletes the conversation on the server, and here. */
  async forget(): Promise<void> {
    try {
      await this.api.forget();
    } catch {
      this.note("notDeleted");
      return;
    }
    this.outbox.clear();
    this.store.clear();
    this.items = [];
    this.note("deleted");
  }

  /** The last answer, if nothing was said after it: only its choices are open. */
  get current(): Item | undefined {
    const last = this.items[this.items.length - 1];
    return last?.from === "bot" && !this.outbox.pending.length ? last : undefined;
  }

  get question(): Question | undefined {
    const current = this.current;
    if (current?.from !== "bot") return undefined;
    for (const { custom } of current.segments) if (custom?.kind === "question") return custom;
    return undefined;
  }

  private send(message: Pending): void {
    this.items = [...this.items, userItem(message)];
    this.outbox.add(message);
    void this.start().then(() => this.outbox.run());
  }

  private async askInfo(): Promise<void> {
    try {
      this.info = await this.api.info();
      this.down = false;
    } catch {
      this.down = true;
      setTimeout(() => void this.askInfo(), historyWait);
    }
    this.hooks.changed();
  }

  private async answered(message: Pending, segments: Segment[]): Promise<void> {
    this.down = false;
    const before = this.restored.delete(message.id);
    // The history may hold this turn already; it tells the whole story without doubles.
    if (before && (await this.restore(false))) return;
    this.items = [...this.items, { from: "bot", id: `re-${message.id}`, segments }];
    this.raise(segments);
    this.hooks.arrived(standing("", segments) !== "");
  }

  private failed(message: Pending, why: Failed): void {
    this.items = this.items.map((item) =>
      item.id === message.id && item.from === "user" ? { ...item, failed: why } : item,
    );
    this.hooks.arrived(false);
  }

  private sessionEnded(): void {
    this.api.dropSession();
    if (this.items.some((item) => item.from === "bot")) this.note("newChat");
  }

  private note(note: Note): void {
    this.items = [...this.items, { from: "note", id: newId(), note }];
    this.hooks.changed();
  }

  private raise(segments: Segment[]): void {
    this.store.set({ alarm: standing(this.store.get("alarm"), segments) });
  }

  /** Puts the server's history in place of what is shown. Returns whether it could. */
  private async restore(patient = true): Promise<boolean> {
    for (;;) {
      try {
        const turns = await this.api.history();
        this.restoring = true;
        this.items = itemsOf(turns);
        const answers = turns.filter((turn) => turn.from === "bot");
        const calls = (call: string, turn: Turn) => standing(call, turn.segments);
        // A server that has lost the alert does not end the emergency.
        if (answers.some((turn) => calls("", turn))) {
          this.store.set({ alarm: answers.reduce(calls, "") });
        }
        if (!turns.length && !this.outbox.pending.length) this.note("newChat");
        this.showPending();
        return true;
      } catch (error) {
        const { problem } = error instanceof ApiError ? error : new ApiError("broken");
        if (problem === "session") this.sessionEnded();
        if (!patient || (problem !== "offline" && problem !== "busy")) return false;
        this.down = true;
        this.hooks.changed();
        await new Promise((resolve) => setTimeout(resolve, historyWait));
      }
    }
  }

  private showPending(): void {
    const shown = new Set(this.items.map((item) => item.id));
    const last = this.items[this.items.length - 1];
    const doubled = last?.from === "user" ? last.text : undefined;
    const missing = this.outbox.pending.filter(
      (message) => !shown.has(message.id) && message.shown !== doubled,
    );
    this.items = [...this.items, ...missing.map(userItem)];
    this.hooks.changed();
  }
}

function userItem(message: Pending): Item {
  return { from: "user", id: message.id, text: message.shown, sent: message.text };
}

/** Whom to call after this answer; an emergency stands until a whole answer comes without it. */
function standing(before: string, segments: Segment[]): string {
  let failed = segments.length === 0;
  for (const { custom } of segments) {
    if (custom?.kind === "alert" && custom.level === "emergency") return custom.call;
    if (custom?.kind === "error") failed = true;
  }
  return failed ? before : "";
}

function itemsOf(turns: Turn[]): Item[] {
  return turns.map(({ from, text, segments }, index): Item => {
    const id = `h${index}`;
    return from === "bot" ? { from, id, segments } : { from, id, text, sent: text };
  });
}
