// @ts-check
/** The panel's frame: header, log, composer, footer; focus, scrolling, full screen and the two live regions. Asks nothing of the service. */
/** @import {Phase, State} from '../contract/types' */
/** @import {Widget} from './app.js' */
import { isCovered } from './layers.js';
import { button, buttons, cross, fill, h, p, setFlag } from './nodes.js';
import { isActive, safeUrl } from './state.js';
import { directionOf } from './strings.js';

const NEAR_PX = 80;
const ABOVE_PX = 16;
/** The counter shows once so much of the limit is left. */
const COUNT_BELOW = 0.2;

/** Text said once by a screen reader, also when it is the same as before. @param {'status' | 'alert'} role */
function createLive(role) {
  const node = h('div', { role, class: 'unseen' });
  return { node, say: (/** @type {string} */ text) => node.replaceChildren(p(text)) };
}

/** Follow what arrives, but never past the start of the newest turn, and not at all once the reader has gone upwards. @param {HTMLElement} log @param {Widget} w */
function createScroller(log, { t }) {
  let held = false;
  const newest = () => /** @type {HTMLElement | null} */ (log.querySelector('.turn:last-of-type'));
  const startOf = () => (newest()?.offsetTop ?? 0) - ABOVE_PX;
  const room = () => log.scrollHeight - log.clientHeight - log.scrollTop;
  const latest = button(t('latest'), () => { held = false; log.scrollTop = log.scrollHeight; }, { class: 'link', hidden: true });
  const start = button(t('toStart'), () => { log.scrollTop = startOf(); log.focus(); }, { class: 'link', hidden: true });
  const look = () => {
    if (room() < NEAR_PX) held = false;
    latest.hidden = room() < NEAR_PX;
    start.hidden = !latest.hidden || log.scrollTop < startOf() + NEAR_PX || newest()?.ariaBusy === 'true';
  };
  for (const type of ['wheel', 'touchmove', 'keydown']) {
    log.addEventListener(type, (/** @type {any} */ { deltaY, key }) => { held ||= deltaY < 0 || !(deltaY || key) || /Up|Home/.test(key); }, { passive: true });
  }
  log.addEventListener('scroll', look, { passive: true });
  return {
    nodes: [latest, start],
    release: () => { held = false; },
    follow() {
      if (!held) log.scrollTop = startOf();
      look();
    },
  };
}

/** On a phone the open panel takes the whole screen, and the page is out of reach meanwhile. @param {HTMLElement} host @param {HTMLElement} panel @returns what to call when it was opened or closed */
function createFullScreen(host, panel) {
  const narrow = matchMedia('(max-width: 480px)');
  /** @type {HTMLElement[]} */
  const silenced = [];
  const settle = () => {
    const full = narrow.matches && !panel.hidden;
    setFlag(panel, 'aria-modal', full);
    document.documentElement.style.overflow = full ? 'hidden' : '';
    for (const one of silenced.splice(0)) one.inert = false;
    for (let node = host; full && node.parentElement && node !== document.body; node = node.parentElement) {
      silenced.push(.../** @type {HTMLElement[]} */ ([...node.parentElement.children]).filter((one) => one !== node && !one.inert));
    }
    for (const one of silenced) one.inert = true;
  };
  narrow.addEventListener('change', settle);
  return settle;
}

/** @param {Widget} w */
function createMenu(w) {
  const { t } = w;
  const menu = h('details', 'menu', h('summary', '', t('menu')));
  /** @type {[string, () => void][]} */
  const items = [
    ['newChat', () => w.newChat()],
    ...['print', 'saveText', 'saveData'].map((way) => /** @type {[string, () => void]} */ ([way, () => w.letOut(way)])),
    ['endChat', () => w.end()],
  ];
  const boxes = /** @type {const} */ (['aloud', 'whole']).map((name) => {
    const box = h('input', { type: 'checkbox', checked: !!w.session[name], onchange: () => { w.session[name] = box.checked; w.save(); } });
    return h('label', 'choice', box, h('span', '', t(name)));
  });
  menu.append(h('ul', '', ...[...items.map(([key, act]) => button(t(key), () => { menu.open = false; act(); })), ...boxes].map((one) => h('li', '', one))));
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget && !menu.contains(/** @type {Node} */ (relatedTarget))) menu.open = false;
  });
  return menu;
}

/** Where a question is written: Enter sends, Shift+Enter breaks the line, composing stays in peace. @param {Widget} w @param {Node[]} jumps */
function createComposer(w, jumps) {
  const { t } = w;
  const input = h('textarea', { id: 'question', rows: '1', 'aria-describedby': 'counter', enterkeyhint: 'send' });
  const counter = h('p', { id: 'counter', class: 'counter' });
  const warning = h('div', 'warning');
  const send = h('button', 'primary', t('send'));
  const stop = button(t('stop'), () => w.stop(), { hidden: true });
  const submit = (/** @type {Event} */ event) => { event.preventDefault(); w.submit(); };
  let timer = 0;
  input.addEventListener('input', () => { warning.replaceChildren(); w.set({ draft: input.value }); w.save(); });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) submit(event);
  });
  return {
    input,
    node: h('form', { class: 'composer', onsubmit: submit },
      warning, h('div', 'above', h('label', { for: 'question' }, t('question')), ...jumps), h('div', 'row', input, send, stop), counter),
    /** @param {string[]} kinds of identifiers in the question */
    caution(kinds) {
      const act = (/** @type {string} */ key, /** @type {() => void} */ then = () => {}) =>
        button(t(key), () => { warning.replaceChildren(); then(); input.focus(); });
      warning.replaceChildren(h('p', { role: 'alert' }, t('identifiers', { kinds: w.list(kinds.map((kind) => t(kind))) })), buttons(act('edit'), act('sendAnyway', () => w.submit(true))));
    },
    /** How long to wait for the next question, in words. */
    wait() {
      const waitS = Math.ceil((w.state.limitedUntil - Date.now()) / 1000);
      return waitS > 0 ? t('limited', { s: waitS }) : '';
    },
    /** @param {State} state */
    update(state) {
      const { draft, limitedUntil, turns } = state;
      const max = w.config.max_question_chars ?? 2000;
      const left = max - draft.length;
      const busy = isActive(turns.at(-1));
      const wait = this.wait();
      clearTimeout(timer);
      if (wait) timer = window.setTimeout(() => this.update(w.state), 500);
      else if (limitedUntil) setTimeout(() => { w.set({ limitedUntil: 0 }); w.say(t('limitOver')); });
      if (input.value !== draft) input.value = draft;
      setFlag(input, 'aria-invalid', left < 0);
      const words = wait || (left < 0 ? t('over', { n: -left }) : left <= max * COUNT_BELOW ? t('left', { n: left }) : '');
      if (counter.textContent !== words) counter.textContent = words;
      if (busy && send.matches(':focus')) input.focus();
      [send.hidden, stop.hidden] = [busy, !busy];
      setFlag(send, 'aria-disabled', !!wait || left < 0);
    },
  };
}

/** @param {Widget} w */
export function createPanel(w) {
  const { t, locale, host, endpoint } = w;
  const floating = w.mode === 'launcher';
  const log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', tabindex: '0', 'aria-label': t('conversation') });
  const layer = h('div', { class: 'layer', hidden: true });
  const scroller = createScroller(log, w);
  const composer = createComposer(w, scroller.nodes);
  const menu = createMenu(w);
  const [status, alert] = [createLive('status'), createLive('alert')];
  const strip = p(t('subtitle'));
  const foot = h('div', 'foot');
  const main = h('div', 'main', log, layer, composer.node);
  const columns = h('div', 'columns', main);
  const panel = h('section', { class: `panel ${w.mode}`, part: 'panel', role: floating ? 'dialog' : 'region', 'aria-labelledby': 'title', hidden: true, lang: locale, dir: directionOf(locale) },
    h('div', 'head', h('h2', { id: 'title' }, t('title')), menu, floating && cross(t('close'), () => w.close())),
    h('div', 'strip', strip, button(t('contact'), () => w.handOver('contact'), 'contact')), columns, foot, status.node, alert.node);
  const settle = floating ? createFullScreen(host, panel) : () => {};
  for (const type of ['pointerdown', 'keydown']) panel.addEventListener(type, () => { w.quiet = false; w.touch(); });

  /** @param {string} title @param {string} text @param {...Node} choices */
  const ask = (title, text, ...choices) => {
    const dialog = h('dialog', { 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-text' },
      h('h3', { id: 'dialog-title' }, title), h('p', { id: 'dialog-text' }, text), buttons(...choices));
    dialog.addEventListener('close', () => dialog.remove());
    panel.append(dialog);
    dialog.showModal();
    return dialog;
  };

  /** Asks before it leads off the site. @param {string} address @param {string} label */
  const link = (address, label) => {
    const url = safeUrl(address, endpoint);
    if (!url) return h('span', '', label);
    const props = { href: url.href, target: '_blank', rel: 'noopener noreferrer' };
    if ([location.host, endpoint.host, ...(w.config.own_hosts ?? [])].includes(url.host)) return h('a', props, label);
    const leave = (/** @type {Event} */ event) => {
      event.preventDefault();
      const done = (/** @type {string} */ choice) => { dialog.close(); w.emit('exit', { host: url.host, choice }); };
      const dialog = ask(t('exitTitle'), t('exit', { host: url.host }), button(t('stay'), () => done('stay'), 'primary'),
        h('a', { ...props, class: 'button', onclick: () => done('continue') }, t('continue')));
    };
    return h('a', { ...props, onclick: leave, onauxclick: leave }, label);
  };

  return {
    log, layer, composer, scroller, menu, main, columns, panel, ask, link,
    say: status.say,
    warn: alert.say,
    /** Fill in what the service's configuration says. */
    configure() {
      const { demonstration, privacy_url: privacy, corpus_version: version, safety: { phone } = {} } = w.config;
      if (demonstration) strip.textContent = t('demonstration');
      // Two lines, so that what comes late stands behind what is there.
      fill(foot,
        h('div', '', button(t('report'), () => w.handOver('safety'), 'link report'),
          phone && h('a', { href: `tel:${phone.replace(/[^+\d]/g, '')}` }, phone),
          version && h('span', 'version', t('version', { version: version.slice(0, 12) }))),
        h('div', '', h('span', '', t('jurisdiction')), privacy && link(privacy, t('privacy'))));
    },
    /** @param {State} state @param {Phase} phase */
    update(state, phase) {
      const covered = isCovered(state, phase);
      panel.dataset.state = phase;
      if (panel.hidden === state.open) {
        panel.hidden = !state.open;
        settle();
      }
      layer.hidden = !covered;
      main.classList.toggle('covered', covered);
      composer.update(state);
    },
  };
}
