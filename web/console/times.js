// @ts-check
/** Keeps "3 h 20 min left" true while a page stays open. */

const MINUTE_MS = 60_000;

/** @param {number} minutes @returns {string} the two largest units, as the server writes them */
export function spanWords(minutes) {
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const rest = minutes % 60;
  if (days) return hours ? `${days} d ${hours} h` : `${days} d`;
  if (hours) return rest ? `${hours} h ${rest} min` : `${hours} h`;
  return `${rest} min`;
}

/** @param {number} dueAtMs @param {number} nowMs @returns {string} */
export function timeLeft(dueAtMs, nowMs) {
  const words = spanWords(Math.floor(Math.abs(dueAtMs - nowMs) / MINUTE_MS));
  return dueAtMs < nowMs ? `${words} late` : `${words} left`;
}

/** @param {Document} page */
export function keepTimesFresh(page) {
  const refresh = () => {
    for (const time of page.querySelectorAll("time[data-due]")) {
      const dueAtMs = Date.parse(time.getAttribute("datetime") ?? "");
      if (Number.isNaN(dueAtMs)) continue;
      const words = timeLeft(dueAtMs, Date.now());
      if (time.textContent !== words) time.textContent = words;
      time.classList.toggle("late", dueAtMs < Date.now());
    }
  };
  setInterval(refresh, MINUTE_MS / 2);
}
