// Defines <leg-pain-chat>. A page without the element gets one, set up by the script tag's data-*.
import { LegPainChat, settings } from "./leg-pain-chat";

const script = document.currentScript as HTMLScriptElement | null;

if (!customElements.get("leg-pain-chat")) {
  LegPainChat.home = new URL(script?.src || location.href).origin;
  customElements.define("leg-pain-chat", LegPainChat);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", place);
  else place();
}

function place(): void {
  if (document.querySelector("leg-pain-chat")) return;
  const chat = document.createElement("leg-pain-chat");
  for (const name of settings) {
    const value = script?.getAttribute(`data-${name}`);
    if (value) chat.setAttribute(name, value);
  }
  document.body.append(chat);
}
