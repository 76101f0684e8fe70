// @ts-check
/**
 * Keeps the counts of the queue fresh, and says when something urgent came in. The service tells of every change by itself
 * (server-sent events); where that does not work, the page asks now and then with the tag of what it has, so that an unchanged
 * queue costs nothing. Neither keeps a session alive.
 */
const EVERY_MS = 20_000;
const LONGEST_MS = 300_000;
const URGENT = ["overdue", "safety-soon", "look"];
const OVER = "Your session is over. What you type here can no longer be saved: sign in again in another tab.";

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
  let known = Object.fromEntries([...places].map((place) => [place.dataset.view ?? "", Number(place.textContent)]));

  /** @param {Record<string, number>} views */
  const show = (views) => {
    for (const place of places) {
      const count = String(views[place.dataset.view ?? ""] ?? place.textContent);
      if (place.textContent !== count) place.textContent = count;
    }
    const news = newsOf(known, views);
    if (news) status.textContent = news;
    known = views;
  };
  /** @param {string} text */
  const say = (text) => (status.textContent = text);
  if (!("EventSource" in globalThis)) return ask(page, show, say);
  const source = new EventSource("/api/staff/live");
  source.addEventListener("counts", (event) => show(JSON.parse(event.data).views));
  source.addEventListener("over", (event) => {
    source.close();
    if (JSON.parse(event.data).code === "NOT_SIGNED_IN") say(OVER);
    else ask(page, show, say);
  });
  source.addEventListener("error", () => {
    // A stream that ended is opened again by the browser; one that was refused is not.
    if (source.readyState === EventSource.CLOSED) ask(page, show, say);
  });
  // A page on its way out must not hold its stream.
  addEventListener("pagehide", () => source.close());
}

/**
 * Asks for the counts again and again, ever less often while it fails.
 * @param {Document} page @param {(views: Record<string, number>) => void} show @param {(text: string) => void} say
 */
function ask(page, show, say) {
  let tag = "";
  let wait = EVERY_MS;
  const once = async () => {
    if (page.visibilityState === "visible") {
      try {
        const headers = { "x-refresh": "1", ...(tag ? { "if-none-match": tag } : {}) };
        const reply = await fetch("/api/staff/counts", { headers, credentials: "same-origin", cache: "no-store" });
        if (reply.status === 401) return say(OVER);
        if (reply.status === 200) {
          tag = reply.headers.get("etag") ?? "";
          show((await reply.json()).views);
        }
        wait = reply.ok || reply.status === 304 ? EVERY_MS : Math.min(wait * 2, LONGEST_MS);
      } catch {
        wait = Math.min(wait * 2, LONGEST_MS);
        say("The counts could not be refreshed; they may be out of date.");
      }
    }
    setTimeout(once, wait);
  };
  once();
}
