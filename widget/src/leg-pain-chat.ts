// <leg-pain-chat>: the button in the corner and the panel that it opens.
import { html, nothing } from "lit/html.js";
import { Conversation } from "./conversation";
import { Drawn } from "./element";
import { fitToKeyboard, followScreen, isSmall, showPanel } from "./screen";
import { ping } from "./sound";
import { Storage } from "./storage";
import { stringsFor } from "./strings";
import base from "./styles/base.css";
import logStyles from "./styles/log.css";
import panel from "./styles/panel.css";
import { themeOf } from "./theme";
import { printText, saveFile, transcript } from "./transcript";
import { banner } from "./views/banner";
import { composer } from "./views/composer";
import { telOf, type Context } from "./views/context";
import { header, type Actions } from "./views/header";
import { icon } from "./views/icons";
import { log, status } from "./views/log";
import { opening } from "./views/opening";

/** Attributes of the element; as data-* of the script tag they mean the same. */
export const settings = ["clinic-name", "phone", "color", "lang", "position", "theme", "server"];

export class LegPainChat extends Drawn {
  /** Where the script came from: the server, unless the attribute names another. */
  static home = "";
  static readonly observedAttributes = settings.slice(0, 4);

  private readonly store = new Storage();
  private conversation!: Conversation;
  private draft = "";
  private menu = false;
  private asking = false;
  private newest = "";
  private unfollow = () => {};

  constructor() {
    super(base + panel + logStyles);
  }

  connectedCallback(): void {
    const server = this.getAttribute("server") ?? LegPainChat.home;
    this.conversation ??= new Conversation(server.replace(/\/+$/, ""), this.store, {
      changed: () => this.draw(),
      arrived: (alarm) => this.arrived(alarm),
    });
    this.unfollow = followScreen(() => this.fit());
    if (this.opened || this.store.get("pending").length) void this.conversation.start();
    void this.draw().then(() => {
      // The top layer: above whatever the page piles up, and free of its transforms.
      this.find(".root")?.showPopover?.();
      this.fit();
    });
  }

  disconnectedCallback(): void {
    this.unfollow();
  }

  attributeChangedCallback(name: string, _: string | null, value: string | null): void {
    if (name === "color") {
      const theme = themeOf(value ?? "");
      for (const [variable, color] of Object.entries(theme)) this.style.setProperty(variable, color);
    }
    void this.draw();
  }

  /** Opens the panel. */
  open(focus = true): void {
    this.store.set({ open: true, unread: 0 });
    void this.conversation.start();
    void this.draw().then(() => focus && this.focusInside());
  }

  /** Closes the panel; the conversation stays. */
  minimize(): void {
    this.store.set({ open: false });
    void this.set(false, false).then(() => this.find("#launcher")?.focus());
  }

  protected override redraw(drawn: () => void): void {
    const typing = this.find(".field :focus");
    drawn();
    this.fit();
    // An answer may change the field under the patient's hands.
    if (typing && !this.find(".field :focus")) this.find(".field [aria-label]")?.focus();
    const { conversation } = this;
    if (conversation.restoring) {
      requestAnimationFrame(() => {
        conversation.restoring = false;
        void this.draw();
      });
    }
    this.growField();
    this.scrollToNews();
  }

  protected override template(): unknown {
    const { conversation, store, opened } = this;
    const context = this.context();
    const { strings } = context;
    const alarm = store.get("alarm");
    const unread = store.get("unread");
    const label = alarm ? strings.launcherAlarm : strings.launcher;
    const talked = conversation.items.length > 0;
    const state = { menu: this.menu, asking: this.asking, sound: store.get("sound"), talked };
    return html`<div class="root" popover="manual" lang=${this.language}>
      <button
        id="launcher"
        class=${alarm ? "alarm" : ""}
        ?hidden=${opened}
        aria-label=${unread ? `${label}, ${strings.unread(unread)}` : label}
        @click=${() => this.open()}
      >
        ${icon("chat")}<span>${label}</span>
        ${unread ? html`<b aria-hidden="true">${unread}</b>` : nothing}
      </button>
      <dialog
        aria-labelledby="title"
        @keydown=${this.keydown}
        @cancel=${this.cancel}
        @focusin=${this.focused}
      >
        ${header(state, context, this.actions)} ${banner(alarm, context)}
        <div class="scroll" tabindex="0" role="group" aria-label=${strings.log}>
          ${opening(context, conversation.info, !talked && !store.get("token"))}
          ${log(conversation, context)} ${status(conversation, context)}
        </div>
        ${composer(this.draft, conversation.question, context, (draft) => {
          this.draft = draft;
          void this.draw();
        })}
      </dialog>
    </div>`;
  }

  private readonly actions: Actions = {
    toggleMenu: () => this.set(!this.menu, false),
    minimize: () => this.minimize(),
    // Words, not a command: the dialogue decides, and what was told of a red flag stays known.
    startOver: () => this.closeMenu(() => this.context().say("Start over")),
    print: () => this.closeMenu(() => printText(this.transcript())),
    save: () => this.closeMenu(() => saveFile(this.transcript())),
    toggleSound: () => {
      const sound = !this.store.get("sound");
      this.store.set({ sound });
      if (sound) ping();
      void this.draw();
    },
    askForget: () => void this.set(false, true).then(() => this.find("#keep")?.focus()),
    forget: () => this.closeMenu(() => void this.conversation.forget()),
    keep: () => this.closeMenu(),
  };

  private get opened(): boolean {
    return this.store.get("open");
  }

  private get language(): string {
    return this.lang || document.documentElement.lang || "en";
  }

  private set(menu: boolean, asking: boolean): Promise<void> {
    this.menu = menu;
    this.asking = asking;
    return this.draw();
  }

  /** Does what the menu says, and goes back to its button. */
  private closeMenu(act = () => {}): void {
    void this.set(false, false);
    this.find("#menu-button")?.focus();
    act();
  }

  private context(): Context {
    const { conversation } = this;
    const strings = stringsFor(this.language);
    const phone = this.getAttribute("phone") || conversation.info?.phone || "";
    return {
      strings,
      phone,
      name: this.getAttribute("clinic-name") || conversation.info?.name || "",
      call: phone ? strings.clinicNumber(phone, telOf(phone)) : strings.clinicNoNumber,
      say: (text, shown) => {
        conversation.say(text, shown);
        // The tapped choice is gone; the next answer is typed or picked from here.
        void this.draw().then(() => this.focusInside());
      },
    };
  }

  private arrived(alarm: boolean): void {
    const { opened, store } = this;
    if (!opened) store.set({ unread: store.get("unread") + 1 });
    if (store.get("sound") && (!opened || document.hidden)) ping();
    if (alarm && !opened) this.open(false);
  }

  private keydown(event: KeyboardEvent): void {
    if (event.key === "Escape") this.cancel(event);
  }

  /** The menu goes when one turns to something else. */
  private focused(event: Event): void {
    if (this.menu && !(event.target as Element).closest("#menu, #menu-button")) {
      void this.set(false, this.asking);
    }
  }

  private cancel(event: Event): void {
    event.preventDefault();
    if (this.menu || this.asking) this.closeMenu();
    else this.minimize();
  }

  private fit(): void {
    const dialog = this.find<HTMLDialogElement>("dialog");
    if (!dialog) return;
    if (this.opened) showPanel(dialog);
    else dialog.close();
    fitToKeyboard(dialog);
  }

  /** Puts the focus where one goes on; a phone's keyboard is not called up unasked. */
  private focusInside(): void {
    if (this.find(".field :focus")) return;
    this.find(isSmall() ? "#title" : ".field [aria-label]")?.focus({ preventScroll: true });
  }

  /** Lets the box grow with what is typed. */
  private growField(): void {
    const style = this.find("textarea")?.style;
    if (!style) return;
    style.height = "auto";
    style.height = `${this.find("textarea")!.scrollHeight}px`;
  }

  /** Brings what is new into view: its end, or its beginning where it is long. */
  private scrollToNews(): void {
    const { items, outbox } = this.conversation;
    const newest = [items[items.length - 1]?.id, outbox.busy, outbox.trouble, this.opened].join();
    const turns = this.shadow.querySelectorAll<HTMLElement>(".turn");
    const last = turns[turns.length - 1];
    if (newest === this.newest || !last) return;
    this.newest = newest;
    const box = this.find(".scroll")!;
    box.scrollTop = Math.min(last.offsetTop - 12, box.scrollHeight - box.clientHeight);
  }

  private transcript(): string {
    return transcript(this.conversation.items, this.context());
  }
}
