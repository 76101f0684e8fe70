// @ts-check
/**
 * Keeps the counts of the queue fresh while the page is seen, and says when something urgent came in. It asks with the tag of
 * what it has, so that an unchanged queue costs nothing, and marks itself as a refresh, so that it keeps no session alive.
 */
const EVERY_MS = 20_000;
const LONGEST_MS = 300_000;
const URGENT = ["overdue", "safety-soon"];

/**
 * What to say about new counts, or "" for nothing.
 * @param {Record<string, number>} before @param {Record<string, number>} after @returns {string}
 */
export function newsOf(before, after) {
  const grown = URGENT.filter((name) => (after[name] ?? 0) > (before[name] ?? 0));
  if (grown.length) return "Something became urgent: see the views by clock.";
  const more = (after.open ?? 0) - (before.open ?? 0);
  return more > 0 ? `${more} new ${more === 1 ? "case" : "cases"} in the queue. Load the page again to see.` : "";
}

/** @param {Document} page */
export function keepCountsFresh(page) {
  const places = /** @type {NodeListOf<HTMLElement>} */ (page.querySelectorAll("[data-view]"));
  const status = page.getElementById("live");
  if (!places.length || !status) return;
  let tag = "";
  let wait = EVERY_MS;
  let known = Object.fromEntries([...places].map((place) => [place.dataset.view ?? "", Number(place.textContent)]));

  const ask = async () => {
    if (page.visibilityState === "visible") {
      try {
        const headers = { "x-refresh": "1", ...(tag ? { "if-none-match": tag } : {}) };
        const reply = await fetch("/api/staff/counts", { headers, credentials: "same-origin", cache: "no-store" });
        if (reply.status === 401) {
          status.textContent = "Your session is over. What you type here can no longer be saved: sign in again in another tab.";
          return;
        }
        if (reply.status === 200) {
          tag = reply.headers.get("etag") ?? "";
          const { views } = await reply.json();
          for (const place of places) place.textContent = String(views[place.dataset.view ?? ""] ?? place.textContent);
          const news = newsOf(known, views);
          if (news) status.textContent = news;
          known = views;
        }
        wait = reply.ok || reply.status === 304 ? EVERY_MS : Math.min(wait * 2, LONGEST_MS);
      } catch {
        wait = Math.min(wait * 2, LONGEST_MS);
        status.textContent = "The counts could not be refreshed; they may be out of date.";
      }
    }
    setTimeout(ask, wait);
  };
  setTimeout(ask, wait);
}
