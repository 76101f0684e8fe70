// @ts-check
/** J and K for the next and previous case: off until somebody turns them on (WCAG 2.1.4), and never while a field has the focus. */
const SETTING = "medinfo-staff-keys";

/**
 * Where a key leads, or null.
 * @param {KeyboardEvent} event @param {Document} page @returns {HTMLAnchorElement | null}
 */
export function targetOf(event, page) {
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey || event.isComposing) return null;
  const focused = /** @type {HTMLElement | null} */ (event.target);
  if (focused?.closest?.("input, select, textarea, [contenteditable]")) return null;
  const link = { j: "next", k: "prev" }[event.key];
  return link ? page.querySelector(`.steps a[rel=${link}]`) : null;
}

/** @param {Document} page */
export function offerKeys(page) {
  const box = /** @type {HTMLInputElement | null} */ (page.getElementById("keys"));
  if (!box) return;
  const label = box.closest("label");
  if (label) label.hidden = false;
  box.checked = localStorage.getItem(SETTING) === "on";
  box.addEventListener("change", () => localStorage.setItem(SETTING, box.checked ? "on" : "off"));
  page.addEventListener("keydown", (event) => {
    if (box.checked) targetOf(event, page)?.click();
  });
}
