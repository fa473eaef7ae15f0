// What survives a reload: in this tab only, gone when it is closed. No cookies, and of the
// patient's words only those that are not sent yet.
import type { Pending } from "./outbox";

export interface Kept {
  token: string;
  open: boolean;
  sound: boolean;
  unread: number;
  /** Whom an emergency that stands says to call; "" when there is none. */
  alarm: string;
  pending: Pending[];
}

const key = "leg-pain-chat";
const nothing: Kept = { token: "", open: false, sound: false, unread: 0, alarm: "", pending: [] };

export class Storage {
  private kept: Kept;

  constructor() {
    this.kept = { ...nothing };
    try {
      Object.assign(this.kept, JSON.parse(sessionStorage.getItem(key) ?? "{}"));
    } catch {
      // Storage is forbidden or spoiled: the chat works, but does not survive a reload.
    }
  }

  get<Name extends keyof Kept>(name: Name): Kept[Name] {
    return this.kept[name];
  }

  set(values: Partial<Kept>): void {
    Object.assign(this.kept, values);
    try {
      sessionStorage.setItem(key, JSON.stringify(this.kept));
    } catch {
      // As above.
    }
  }

  /** Forgets the conversation; the wish for sound and the open panel stay. */
  clear(): void {
    const { open, sound } = this.kept;
    this.set({ ...nothing, open, sound });
  }
}
