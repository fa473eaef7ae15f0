import { html, type TemplateResult } from "lit/html.js";

// Simple line icons on a 24 × 24 grid; beside words, so hidden from screen readers.
const paths = {
  chat: "M21 12a8 8 0 0 1-8 8H4l1.6-3.2A8 8 0 1 1 21 12ZM9 10.5h7M9 14h4.5",
  walk: "M13 4.5a1.5 1.5 0 1 0 0-.01M9 21l2.5-6 3 2.5V21M11.5 15l.8-5.5L9 11v3.2M12.3 9.5l2.2 2.6 2.7.9",
  down: "M6 9l6 6 6-6",
  dots: "M12 5.5v.01M12 12v.01M12 18.5v.01",
  send: "M12 19V5M6 11l6-6 6 6",
  phone:
    "M6.5 3.5 9 4l1 4-2 1.6a12 12 0 0 0 6.4 6.4L16 14l4 1 .5 2.5a2.5 2.5 0 0 1-2.6 3A15.5 15.5 0 0 1 3.5 6.100a2.5 2.5 0 0 1 3-2.600Z",
  alert: "M12 4 2.8 19.500h18.400L12 4ZM12 10v4.500M12 17v.01",
  check: "M5 12.500l4.5 4.500L19 7.5",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5M12 8v.01",
  lock: "M6 11h12v9H6v-9ZM8.5 11V8a3.5 3.5 0 0 1 7 0v3",
};

export function icon(name: keyof typeof paths): TemplateResult {
  return html`<svg viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    <path d=${paths[name]} />
  </svg>`;
}
