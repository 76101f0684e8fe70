// @ts-check
/** Sends a form once however often it is pressed, and warns before typed text is lost. The server checks both anyway. */

/** @param {Document} page */
export function guardForms(page) {
  let isDirty = false;
  page.addEventListener("input", (event) => {
    const field = /** @type {HTMLElement} */ (event.target);
    if (field instanceof HTMLTextAreaElement || field.closest(".report")) isDirty = true;
  });
  page.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    isDirty = false;
  });
  addEventListener("pageshow", () => {
    for (const form of page.querySelectorAll("form[data-sent]")) form.removeAttribute("data-sent");
  });
  addEventListener("beforeunload", (event) => {
    if (isDirty) event.preventDefault();
  });
}
