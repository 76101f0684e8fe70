// @ts-check
/** The panel's frame: header, log, composer, footer; focus, scrolling, full screen and the two live regions. Asks nothing of the service. */
/** @import {Config, Phase, State, Translate} from '../contract/types' */
import { createComposer } from './composer.js';
import { button, h, icon, setFlag } from './render.js';
import { safeUrl } from './text.js';

const CLOSE = 'M6 6l12 12M18 6L6 18';
const NEAR_PX = 80;
const ABOVE_PX = 16;

/**
 * @typedef {object} Acts what the frame hands on
 * @property {() => void} close
 * @property {(kind: 'contact' | 'safety') => void} person
 * @property {(text: string) => void} draft
 * @property {(confirmed: boolean) => void} submit
 * @property {() => void} stop
 * @property {() => void} active
 * @property {[string, () => void][]} menu
 */

/**
 * Text said once by a screen reader, also when it is the same as before.
 * @param {'status' | 'alert'} role
 */
function createLive(role) {
  const node = h('div', { role, class: 'unseen' });
  return { node, say: (/** @type {string} */ text) => node.replaceChildren(h('p', {}, text)) };
}

/**
 * Follow what arrives, but never past the start of the newest turn, and not at all once the reader has gone upwards.
 * @param {HTMLElement} log
 * @param {Translate} t
 */
function createScroller(log, t) {
  let held = false;
  const newest = () => /** @type {HTMLElement | null} */ (log.querySelector('.turn:last-of-type'));
  const startOf = () => (newest()?.offsetTop ?? 0) - log.offsetTop - ABOVE_PX;
  const room = () => log.scrollHeight - log.clientHeight - log.scrollTop;
  const latest = button(t('latest'), () => { held = false; log.scrollTop = log.scrollHeight; }, { class: 'link', hidden: true });
  const start = button(t('toStart'), () => { log.scrollTop = startOf(); log.focus(); }, { class: 'link', hidden: true });
  const look = () => {
    if (room() < NEAR_PX) held = false;
    latest.hidden = room() < NEAR_PX;
    start.hidden = !latest.hidden || log.scrollTop < startOf() + NEAR_PX || newest()?.ariaBusy === 'true';
  };
  log.addEventListener('wheel', (event) => { if (event.deltaY < 0) held = true; }, { passive: true });
  log.addEventListener('touchmove', () => { held = true; }, { passive: true });
  log.addEventListener('keydown', (event) => { if (/^(ArrowUp|PageUp|Home)$/.test(event.key)) held = true; });
  log.addEventListener('scroll', look, { passive: true });
  return {
    nodes: [latest, start],
    release: () => { held = false; },
    follow() {
      if (!held) log.scrollTop = Math.min(startOf(), log.scrollHeight);
      look();
    },
  };
}

/**
 * Make everything on the page but `host` inert, and give back what undoes it.
 * @param {HTMLElement} host
 */
function isolate(host) {
  /** @type {HTMLElement[]} */
  const silenced = [];
  for (let node = host; node.parentElement && node !== document.body; node = node.parentElement) {
    for (const other of node.parentElement.children) {
      if (other !== node && other instanceof HTMLElement && !other.inert) silenced.push(other);
    }
  }
  for (const other of silenced) other.inert = true;
  const { overflow } = document.documentElement.style;
  document.documentElement.style.overflow = 'hidden';
  return () => {
    for (const other of silenced) other.inert = false;
    document.documentElement.style.overflow = overflow;
  };
}

/**
 * @param {Translate} t
 * @param {Acts} acts
 * @param {{label: string, get: () => boolean, set: (on: boolean) => void}[]} settings
 */
function createMenu(t, acts, settings) {
  const menu = h('details', { class: 'menu' }, h('summary', {}, t('menu')));
  const close = () => { menu.open = false; };
  const items = acts.menu.map(([key, act]) => h('li', {}, button(t(key), () => { close(); act(); })));
  const boxes = settings.map(({ label, get, set }) => {
    const box = h('input', { type: 'checkbox', checked: get(), onchange: () => set(box.checked) });
    return h('li', {}, h('label', { class: 'choice' }, box, h('span', {}, label)));
  });
  menu.append(h('ul', {}, ...items, ...boxes));
  menu.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !menu.contains(/** @type {Node} */ (event.relatedTarget))) close();
  });
  return menu;
}

/**
 * On a phone the open panel takes the whole screen, and the page is out of reach meanwhile.
 * @param {HTMLElement} host
 * @param {HTMLElement} panel
 * @param {boolean} floating
 * @returns what to call when the panel was opened or closed
 */
function createFullScreen(host, panel, floating) {
  const narrow = matchMedia('(max-width: 480px)');
  /** @type {(() => void) | undefined} */
  let release;
  const settle = () => {
    const full = floating && narrow.matches && !panel.hidden;
    setFlag(panel, 'aria-modal', full);
    if (full) release ??= isolate(host);
    else release = release?.() ?? undefined;
  };
  narrow.addEventListener('change', settle);
  return settle;
}

/** @param {HTMLElement} panel @param {Translate} t */
function createDialogs(panel, t) {
  /** @param {string} title @param {string} text @param {...Node} choices */
  const ask = (title, text, ...choices) => {
    const dialog = h('dialog', { 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-text' },
      h('h3', { id: 'dialog-title' }, title), h('p', { id: 'dialog-text' }, text), h('div', { class: 'buttons' }, ...choices));
    dialog.addEventListener('close', () => dialog.remove());
    panel.append(dialog);
    dialog.showModal();
    return dialog;
  };
  return {
    ask,
    /** Ask before a link leads off the site. @param {URL} url @param {(detail: object) => void} onExit */
    leave(url, onExit) {
      const done = (/** @type {string} */ choice) => { dialog.close(); onExit({ host: url.host, choice }); };
      const dialog = ask(t('exitTitle'), t('exit', { host: url.host }),
        button(t('stay'), () => done('stay'), { class: 'primary' }),
        h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer', class: 'button', onclick: () => done('continue') }, t('continue')));
    },
  };
}

/**
 * @param {object} frame
 * @param {HTMLElement} frame.host
 * @param {ShadowRoot} frame.root
 * @param {'launcher' | 'inline' | 'page'} frame.mode
 * @param {Translate} frame.t
 * @param {string} frame.locale
 * @param {URL} frame.endpoint
 * @param {() => Config} frame.config
 * @param {Acts} frame.acts
 * @param {Parameters<typeof createMenu>[2]} frame.settings
 * @param {(detail: object) => void} frame.onExit
 */
export function createPanel({ host, root, mode, t, locale, endpoint, config, acts, settings, onExit }) {
  const floating = mode === 'launcher';
  const log = h('div', { class: 'log', role: 'log', 'aria-live': 'off', tabindex: '0', 'aria-label': t('conversation') });
  const layer = h('div', { class: 'layer', hidden: true });
  const scroller = createScroller(log, t);
  const composer = createComposer(t, acts, scroller.nodes);
  const menu = createMenu(t, acts, settings);
  const [status, alert] = [createLive('status'), createLive('alert')];
  const contact = button(t('contact'), () => acts.person('contact'), { class: 'contact' });
  const close = button('', acts.close, { class: 'icon', 'aria-label': t('close') });
  close.append(icon(CLOSE));
  const strip = h('p', {}, t('subtitle'));
  const foot = h('div', { class: 'foot' });
  const main = h('div', { class: 'main' }, log, layer, composer.node);
  const columns = h('div', { class: 'columns' }, main);
  const panel = h('section', { class: 'panel', part: 'panel', role: floating ? 'dialog' : 'region', 'aria-labelledby': 'title', hidden: true },
    h('div', { class: 'head' },
      h('h2', { id: 'title' }, t('title')), menu, floating && close),
    h('div', { class: 'strip' }, strip, contact), columns, foot, status.node, alert.node);
  panel.classList.add(mode);
  root.append(panel);

  const settle = createFullScreen(host, panel, floating);
  const dialogs = createDialogs(panel, t);
  panel.addEventListener('pointerdown', acts.active);
  panel.addEventListener('keydown', acts.active);

  return {
    log, layer, composer, scroller, menu, columns, panel,
    ask: dialogs.ask,
    say: status.say,
    warn: alert.say,
    /** @param {string} address @param {string} label */
    link(address, label) {
      const url = safeUrl(address, endpoint);
      if (!url) return h('span', {}, label);
      const own = [location.host, endpoint.host, ...(config().own_hosts ?? [])].includes(url.host);
      const link = h('a', { href: url.href, target: '_blank', rel: 'noopener noreferrer' }, label);
      const stop = (/** @type {Event} */ event) => { event.preventDefault(); dialogs.leave(url, onExit); };
      if (!own) ['click', 'auxclick'].forEach((type) => link.addEventListener(type, stop));
      return link;
    },
    /** Fill in what the service's configuration says. */
    configure() {
      const { demonstration, privacy_url: privacy, corpus_version: version, safety } = config();
      if (demonstration) strip.textContent = t('demonstration');
      foot.replaceChildren(
        button(t('report'), () => acts.person('safety'), { class: 'link report' }),
        ...(safety?.phone ? [h('a', { href: `tel:${safety.phone.replace(/[^+\d]/g, '')}` }, safety.phone)] : []),
        ...(privacy ? [this.link(privacy, t('privacy'))] : []),
        h('span', {}, t('jurisdiction')),
        ...(version ? [h('span', { class: 'version' }, t('version', { version: version.slice(0, 12) }))] : []));
    },
    /** @param {State} state @param {Phase} phase @param {boolean} covered @param {boolean} busy */
    update(state, phase, covered, busy) {
      panel.dataset.state = phase;
      const { hidden } = panel;
      panel.hidden = !state.open;
      if (hidden !== panel.hidden) settle();
      layer.hidden = !covered;
      main.classList.toggle('covered', covered);
      composer.update(state, busy, config().max_question_chars ?? 2000);
    },
  };
}

/** @typedef {ReturnType<typeof createPanel>} Panel */
