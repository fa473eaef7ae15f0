// A web component drawn by Lit's templates. Lit's own base class does more than this one needs,
// and would take the file over its size.
import { render } from "lit/html.js";

export abstract class Drawn extends HTMLElement {
  protected readonly shadow = this.attachShadow({ mode: "open" });
  private drawing?: Promise<void>;

  constructor(css: string) {
    super();
    // A sheet made like this is allowed under a strict Content-Security-Policy.
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    this.shadow.adoptedStyleSheets = [sheet];
  }

  /** Draws soon, once for all changes until then. */
  draw(): Promise<void> {
    this.drawing ??= Promise.resolve().then(() => {
      this.drawing = undefined;
      if (!this.isConnected) return;
      this.redraw(() => render(this.template(), this.shadow, { host: this }));
    });
    return this.drawing;
  }

  protected abstract template(): unknown;

  /** Draws now; a place for what comes before and after. */
  protected redraw(drawn: () => void): void {
    drawn();
  }

  protected find<Kind extends HTMLElement>(selector: string): Kind | null {
    return this.shadow.querySelector<Kind>(selector);
  }
}
