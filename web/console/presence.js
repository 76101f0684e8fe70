// @ts-check
/** Says who else has the case open, while it is open here. */
const EVERY_MS = 45_000;

/** @param {Document} page */
export function keepPresenceFresh(page) {
  const place = page.getElementById("others");
  const caseId = /** @type {HTMLElement | null} */ (page.querySelector("[data-case]"))?.dataset.case;
  const token = page.getElementById("live")?.dataset.csrf;
  if (!place || !caseId || !token) return;
  setInterval(async () => {
    if (page.visibilityState !== "visible") return;
    const headers = { "x-csrf-token": token, "x-refresh": "1", "content-type": "application/json" };
    try {
      const path = `/api/staff/cases/${encodeURIComponent(caseId)}/presence`;
      const reply = await fetch(path, { method: "POST", headers, body: "{}", credentials: "same-origin" });
      if (!reply.ok) return;
      const { others } = await reply.json();
      place.textContent = others.length ? `Also open: ${others.join(", ")}` : "";
      place.classList.toggle("others", others.length > 0);
    } catch {
      // The next beat may get through; presence is a courtesy.
    }
  }, EVERY_MS);
}
