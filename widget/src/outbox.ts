// Messages on their way: one at a time, in order, again with the same id until answered.
import { ApiError } from "./api";
import type { Segment } from "./contract";

export interface Pending {
  id: string;
  text: string;
  /** What the patient sees: a button's title for its payload. */
  shown: string;
}

/** Why nothing goes out just now. */
export type Trouble = "offline" | "unreachable" | "busy" | "limited";

/** Why a message was given up. */
export type Failed = "broken" | "refused" | "payload_not_offered" | "too_long";

interface Hooks {
  deliver(message: Pending): Promise<Segment[]>;
  answered(message: Pending, segments: Segment[]): void | Promise<void>;
  failed(message: Pending, why: Failed): void;
  /** The session ended; the next delivery opens another. */
  sessionEnded(): void;
  changed(): void;
}

const waits = [1, 2, 4, 8, 15, 30]; // seconds between tries
const mostTries = 5; // where the server answers, but with a failure

export class Outbox {
  trouble?: Trouble;
  private running = false;
  private wake = () => {};

  constructor(
    readonly pending: Pending[],
    private readonly hooks: Hooks,
  ) {
    addEventListener("online", () => this.tryNow());
  }

  /** Whether an answer is being waited for. */
  get busy(): boolean {
    return this.pending.length > 0 && !this.trouble;
  }

  /** Puts a message at the end; `run` sends it. */
  add(message: Pending): void {
    this.pending.push(message);
    this.hooks.changed();
  }

  /** Does not wait any longer for the next try. */
  tryNow(): void {
    this.wake();
  }

  clear(): void {
    this.pending.length = 0;
    this.trouble = undefined;
    this.wake();
  }

  async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    for (let first = this.pending[0]; first; first = this.pending[0]) await this.deliver(first);
    this.running = false;
  }

  private async deliver(message: Pending): Promise<void> {
    const dropped = () => this.pending[0] !== message;
    for (let tries = 0, refusals = 0; !dropped(); tries++) {
      try {
        const segments = await this.hooks.deliver(message);
        if (dropped()) return;
        this.finish();
        await this.hooks.answered(message, segments);
        this.hooks.changed();
        return;
      } catch (error) {
        if (dropped()) return;
        const { problem, code, after } =
          error instanceof ApiError ? error : new ApiError("broken");
        if (problem === "session") this.hooks.sessionEnded();
        if (problem !== "offline" && problem !== "limited") refusals++;
        if (problem === "refused" || refusals >= mostTries) {
          this.finish();
          this.hooks.failed(message, reason(code, problem === "refused"));
          this.hooks.changed();
          return;
        }
        if (problem === "session" && refusals === 1) continue;
        await this.pause(trouble(problem), after || waits[Math.min(tries, waits.length - 1)]!);
      }
    }
  }

  private finish(): void {
    this.pending.shift();
    this.trouble = undefined;
    this.hooks.changed();
  }

  private async pause(why: Trouble, seconds: number): Promise<void> {
    this.trouble = why;
    this.hooks.changed();
    await new Promise<void>((resolve) => {
      this.wake = resolve;
      setTimeout(resolve, Math.min(seconds, 60) * 1000);
    });
  }
}

function trouble(problem: ApiError["problem"]): Trouble {
  if (problem === "busy" || problem === "limited") return problem;
  return navigator.onLine ? "unreachable" : "offline";
}

function reason(code: string, refused: boolean): Failed {
  if (code === "payload_not_offered" || code === "too_long") return code;
  return refused ? "refused" : "broken";
}
