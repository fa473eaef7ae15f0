// How the panel sits on the screen: a window at the side, or the whole of a phone.

const small = matchMedia("(max-width: 520px), (max-height: 480px)");

export function isSmall(): boolean {
  return small.matches;
}

/** Follows the part of the screen that a phone's keyboard leaves free. */
export function fitToKeyboard(panel: HTMLElement): void {
  const seen = visualViewport;
  const { style } = panel;
  if (!seen || !isSmall()) {
    style.removeProperty("--lp-height");
    style.removeProperty("--lp-top");
    return;
  }
  // A page that is zoomed by hand keeps the panel whole.
  const zoomed = seen.scale > 1.01;
  style.setProperty("--lp-height", zoomed ? "100%" : `${seen.height}px`);
  style.setProperty("--lp-top", zoomed ? "0px" : `${seen.offsetTop}px`);
}

export function followScreen(changed: () => void): () => void {
  small.addEventListener("change", changed);
  visualViewport?.addEventListener("resize", changed);
  visualViewport?.addEventListener("scroll", changed);
  return () => {
    small.removeEventListener("change", changed);
    visualViewport?.removeEventListener("resize", changed);
    visualViewport?.removeEventListener("scroll", changed);
  };
}

/** Shows the panel: on a phone as a modal window, so that keys and readers stay in it. */
export function showPanel(panel: HTMLDialogElement): void {
  const modal = isSmall();
  if (panel.open && panel.matches(":modal") === modal) return;
  if (panel.open) panel.close();
  if (modal) panel.showModal();
  else panel.open = true; // not show(): that would take the focus, also after a reload
}
