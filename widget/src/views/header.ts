// The panel's head: who this is, the menu, and the way out.
import { html, nothing, type TemplateResult } from "lit/html.js";
import { telOf, type Context } from "./context";
import { icon } from "./icons";

export interface Actions {
  toggleMenu(): void;
  minimize(): void;
  startOver(): void;
  print(): void;
  save(): void;
  toggleSound(): void;
  askForget(): void;
  forget(): void;
  keep(): void;
}

export interface HeaderState {
  menu: boolean;
  asking: boolean;
  sound: boolean;
  /** Whether anything was said that could be saved. */
  talked: boolean;
}

export function header(state: HeaderState, context: Context, actions: Actions): TemplateResult {
  const { strings, name, phone } = context;
  return html`<div class="head">
      <span class="avatar">${icon("walk")}</span>
      <div class="names">
        <h2 id="title" tabindex="-1">${strings.title}</h2>
        <p>${name}</p>
      </div>
      ${phone
        ? html`<a class="icon" href=${telOf(phone)} aria-label=${strings.clinicPhone}>${icon("phone")}</a>`
        : nothing}
      <button
        class="icon"
        id="menu-button"
        aria-label=${strings.menu}
        aria-expanded=${state.menu}
        aria-controls="menu"
        @click=${actions.toggleMenu}
      >
        ${icon("dots")}
      </button>
      <button class="icon" id="minimize" aria-label=${strings.minimize} @click=${actions.minimize}>
        ${icon("down")}
      </button>
    </div>
    ${menu(state, context, actions)} ${state.asking ? askForget(context, actions) : nothing}`;
}

function menu(state: HeaderState, { strings }: Context, actions: Actions): TemplateResult {
  const entry = (words: string, act: () => void, usable = true) =>
    html`<li><button ?disabled=${!usable} @click=${act}>${words}</button></li>`;
  return html`<ul id="menu" ?hidden=${!state.menu}>
    ${entry(strings.startOver, actions.startOver, state.talked)}
    ${entry(strings.save, actions.save, state.talked)}
    ${entry(strings.print, actions.print, state.talked)}
    ${entry(state.sound ? strings.soundOff : strings.soundOn, actions.toggleSound)}
    ${entry(strings.forget, actions.askForget, state.talked)}
  </ul>`;
}

function askForget({ strings }: Context, actions: Actions): TemplateResult {
  return html`<div class="ask" role="alertdialog" aria-describedby="ask" aria-label=${strings.forget}>
    <p id="ask">${strings.forgetAsk}</p>
    <button id="keep" @click=${actions.keep}>${strings.forgetNo}</button>
    <button class="danger" @click=${actions.forget}>${strings.forgetYes}</button>
  </div>`;
}
