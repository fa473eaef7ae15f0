// The site's channel over HTTP. Knows no state but the session's token.
import { fields, infoOf, segmentsOf, textOf, turnsOf, type Info, type Segment, type Turn } from "./contract";

/** The server answers within 15 s; what takes longer than this is lost on the way. */
const mostMilliseconds = 20_000;

export type Problem =
  | "offline" // nothing came back
  | "broken" // the server failed or sent nonsense
  | "busy" // it is starting, or has too much to do
  | "limited" // too many messages
  | "session" // the token is not accepted any more
  | "refused"; // this message will never be accepted

export class ApiError extends Error {
  constructor(
    readonly problem: Problem,
    readonly code = "",
    /** Seconds to wait, where the server says so. */
    readonly after = 0,
  ) {
    super(`${problem} ${code}`);
  }
}

export class Api {
  private asked?: Promise<string>;
  private stop = new AbortController();

  constructor(
    private readonly base: string,
    /** The token of the session; kept by whoever made this. */
    private readonly token: { get(): string; set(token: string): void },
  ) {}

  async info(): Promise<Info> {
    return infoOf(await this.call("GET", "info"));
  }

  /** Sends one message; the same id may be sent again without harm. */
  async send(id: string, text: string): Promise<Segment[]> {
    const token = this.token.get() || (await this.session());
    // As much of them as the server takes: odd characters must not stop a message.
    const page = /^\/[\w\-./~%]{0,199}/.exec(location.pathname)?.[0];
    const locale = /^[a-z]{2,3}(-[a-z]{2})?\b/i.exec(navigator.language)?.[0];
    const body = fields(await this.call("POST", "messages", token, { id, text, page, locale }));
    if (!Array.isArray(body.messages)) throw new ApiError("broken");
    return segmentsOf(body.messages);
  }

  async history(): Promise<Turn[]> {
    return turnsOf(await this.call("GET", "history", this.token.get()));
  }

  /** Deletes the conversation on the server; what is under way is dropped. */
  async forget(): Promise<void> {
    try {
      if (this.token.get()) await this.call("DELETE", "conversation", this.token.get());
    } catch (error) {
      // A session that the server does not know has nothing to delete.
      if (!(error instanceof ApiError && error.problem === "session")) throw error;
    }
    this.stop.abort();
    this.stop = new AbortController();
    this.dropSession();
  }

  dropSession(): void {
    this.asked = undefined;
    this.token.set("");
  }

  private session(): Promise<string> {
    this.asked ??= this.call("POST", "session", "", {}).then(
      (body) => {
        const token = textOf(fields(body).token);
        if (!token) throw new ApiError("broken");
        this.token.set(token);
        return token;
      },
    );
    this.asked.catch(() => (this.asked = undefined));
    return this.asked;
  }

  private async call(method: string, path: string, token = "", body?: object): Promise<unknown> {
    const stop = new AbortController();
    const limit = setTimeout(() => stop.abort(), mostMilliseconds);
    const abort = () => stop.abort();
    this.stop.signal.addEventListener("abort", abort);
    try {
      const answer = await fetch(`${this.base}/webhooks/web/${path}`, {
        method,
        headers: {
          ...(body && { "Content-Type": "application/json" }),
          ...(token && { Authorization: `Bearer ${token}` }),
        },
        body: body && JSON.stringify(body),
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
        signal: stop.signal,
      });
      if (!answer.ok) throw await refusal(answer);
      return answer.status === 204 ? undefined : await answer.json();
    } catch (error) {
      if (error instanceof ApiError) throw error;
      throw new ApiError(error instanceof SyntaxError ? "broken" : "offline");
    } finally {
      clearTimeout(limit);
      this.stop.signal.removeEventListener("abort", abort);
    }
  }
}

async function refusal(answer: Response): Promise<ApiError> {
  const body: unknown = await answer.json().catch(() => undefined);
  const code = textOf(fields(fields(body).error).code);
  const after = Number(answer.headers.get("Retry-After")) || 0;
  if (answer.status === 401) return new ApiError("session", code);
  if (answer.status === 429) return new ApiError("limited", code, after);
  if (answer.status === 503) return new ApiError("busy", code, after);
  return new ApiError(answer.status >= 500 ? "broken" : "refused", code);
}
