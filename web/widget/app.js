// @ts-check
/** The widget at work: what a reader does, what follows from it, and painting what is so. Loaded on first open. */
/** @import {Action, Config, Host, Layer, Options, Rating, State, Turn} from '../contract/types' */
// In the order in which the modules pack smallest when they are joined: styles and words first, the code together.
import { WIDGET_SHEET } from './styles.js';
import { loadTranslator } from './strings.js';
import { identifiersIn, INITIAL, isActive, isFinished, phaseOf, reduce } from './state.js';
import { button, createSlots, fill, h } from './nodes.js';
import { createScreen, isCovered } from './layers.js';
import { askNodes, createTurn } from './turn.js';
import { createSourcePanel, saveText, WAYS } from './source.js';
import { createCall, createExchange, IDLE_MS, newId, pause, recall } from './service.js';
import { createPanel } from './panel.js';

const WARNING_MS = 2 * 60_000;

/** @typedef {InstanceType<typeof App>} Widget */
class App {
  /** @type {Config} */
  config = {};
  /** @type {State} */
  state = { ...INITIAL, online: navigator.onLine };
  /** Whether nobody has touched the panel or asked for it: until then it must not take the focus. */
  quiet = true;
  /** @type {HTMLElement | null} what gets the focus back */
  opener = null;
  /** @type {Map<string, ReturnType<typeof createTurn>>} */
  views = new Map();
  timer = 0;
  frame = 0;
  welcome = h('div', 'welcome');

  /** @param {Host} host @param {Options} options @param {import('../contract/types').Translate} t @param {ReturnType<typeof recall>} memory */
  constructor(host, { endpoint, locale, mode, emit, onClose }, t, { kept, keep }) {
    this.host = host;
    this.endpoint = endpoint;
    this.locale = locale;
    this.mode = mode;
    this.emit = emit;
    this.onClose = onClose;
    this.t = t;
    this.session = kept;
    this.keepSession = keep;
    this.panel = createPanel(this);
    this.say = this.panel.say;
    this.warn = this.panel.warn;
    this.call = createCall(this);
    this.exchange = createExchange(this);
    this.sources = createSourcePanel(this);
    this.layers = createSlots(this.panel.layer);
    this.panel.log.append(this.welcome);
    this.panel.panel.addEventListener('keydown', (event) => this.onKey(event));
    for (const type of ['online', 'offline']) window.addEventListener(type, () => this.onLine(type));
    const phones = ['safety', 'contact'].map((name) => [name, { phone: host.getAttribute(`${name}-phone`) ?? undefined }]);
    this.config = Object.fromEntries(phones);
    const { turns = [], draft = '' } = kept;
    this.set({ turns, draft, gate: this.isAttested ? 'passed' : 'needed' });
  }

  begin() {
    this.configure();
    this.json('/api/config').then((config) => {
      Object.assign(this.config, config);
      this.configure();
    }, () => this.emit('error', { code: 'CONFIG' }));
  }

  get newest() {
    return this.state.turns.at(-1);
  }

  get isAttested() {
    const { token, expires } = this.session;
    return !!(this.host.token || this.host.getToken || (token && !(expires && new Date(expires) < new Date())));
  }

  /** Whether a question can be sent now. */
  get isFree() {
    const { gate, session, limitedUntil } = this.state;
    return gate === 'passed' && session === 'active' && !limitedUntil && !isActive(this.newest);
  }

  async bearer() {
    return this.host.getToken ? this.host.getToken() : this.host.token ?? this.session.token;
  }

  /** @param {string} path @param {unknown} [body] */
  async json(path, body) {
    return (await this.call(path, body)).json();
  }

  /** @param {string} iso a date; with `Intl`, whose first use holds up a slow computer for a tenth of a second, it would be a long task */
  date(iso) {
    const day = new Date(iso);
    return this.t('calendar', { day: day.getUTCDate(), month: this.t('months').split('|')[day.getUTCMonth()], year: day.getUTCFullYear() });
  }

  /** @param {(string | number)[]} items */
  list(items) {
    return items.join(', ').replace(/,(?= [^,]+$)/, ` ${this.t('and')}`);
  }

  /** @param {Action} action */
  dispatch(action) {
    const before = this.state;
    this.state = reduce(before, action);
    if (this.state === before) return;
    if (this.state.turns !== before.turns && isActive(this.newest)) this.frame ||= requestAnimationFrame(() => this.paint());
    else this.paint();
  }

  /** @param {Partial<State>} facts */
  set(facts) {
    this.dispatch({ type: 'set', facts });
  }

  save() {
    const { turns, draft, session } = this.state;
    Object.assign(this.session, { turns, draft });
    this.keepSession(session === 'active' || session === 'expiring' ? this.session : undefined);
  }

  configure() {
    const { t, config: { starters = [] } } = this;
    this.panel.configure();
    fill(this.welcome, h('h3', '', t('empty')), starters.length && askNodes(this, t('starters'), starters));
    this.paint();
  }

  paint() {
    const { state, panel } = this;
    this.frame = 0;
    const { layer, gate, session, turns } = state;
    const phase = phaseOf(state);
    panel.update(state, phase);
    this.welcome.hidden = turns.length > 0;
    for (const [id, view] of this.views) {
      if (turns.some((turn) => turn.id === id)) continue;
      view.node.remove();
      this.views.delete(id);
    }
    for (const turn of turns) {
      const view = this.views.get(turn.id) ?? createTurn(this, turn.id);
      if (!view.node.isConnected) panel.log.append(view.node);
      this.views.set(turn.id, view);
      view.update(turn, turn === turns.at(-1));
    }
    let isNew = false;
    const over = session === 'expiring' ? 'active' : session;
    this.layers('screen', isCovered(state, phase) && [layer, gate, over], () => { isNew = true; return [createScreen(this, state)]; });
    if (isNew) pause().then(() => this.focusLayer());
    if (state.open && !panel.main.hidden) panel.scroller.follow();
  }

  focusLayer() {
    if (!this.quiet && this.state.open) this.panel.layer.querySelector('h3')?.focus();
  }

  focusBack() {
    if (this.opener?.isConnected && this.opener.checkVisibility()) this.opener.focus();
    else if (!this.panel.layer.hidden) this.focusLayer();
    else this.panel.composer.input.focus();
  }

  /** @param {Layer} layer */
  cover(layer) {
    this.opener = /** @type {HTMLElement | null} */ (this.host.shadowRoot?.activeElement);
    this.set({ layer });
  }

  uncover() {
    this.set({ layer: null });
    this.focusBack();
  }

  /** @param {'contact' | 'safety'} kind @param {Turn} [turn] */
  handOver(kind, turn = this.newest) {
    this.cover({ name: 'handoff', kind, turnId: turn?.id });
  }

  /** @param {{accepted: true, profession: string, country: string}} attestation */
  async attest(attestation) {
    const { token, expires_at: expires } = await this.json('/api/session', { attestation });
    Object.assign(this.session, { token, expires });
    this.set({ gate: 'passed' });
    this.touch();
    this.save();
    this.panel.composer.input.focus();
  }

  /** @param {boolean} [confirmed] that identifiers may go along */
  submit(confirmed) {
    const text = this.state.draft.trim();
    const kinds = identifiersIn(text);
    if (!text || !this.isFree || text.length > (this.config.max_question_chars ?? 2000)) this.panel.composer.input.focus();
    else if (kinds.length && !confirmed) this.panel.composer.caution(kinds);
    else this.send(text);
  }

  /** @param {string} text */
  ask(text) {
    if (this.isFree) this.send(text);
    else this.set({ draft: text });
  }

  /** @param {string} text */
  send(text) {
    const id = newId();
    this.touch();
    this.panel.scroller.release();
    this.dispatch({ type: 'send', id, text, at: Date.now() });
    this.save();
    this.exchange.run(id, 'submit-message');
  }

  /** @param {Turn} turn */
  retry({ id }) {
    if (!this.isFree) return;
    this.dispatch({ type: 'retry', id, at: Date.now() });
    this.exchange.run(id, 'regenerate-message');
  }

  stop() {
    if (this.newest) this.dispatch({ type: 'stop', id: this.newest.id });
    this.exchange.stop();
    this.panel.composer.input.focus();
  }

  /** @param {Turn} turn @param {Record<string, string>} [values] none to change one's mind */
  async rate({ id, answer }, values) {
    const { t } = this;
    const rating = /** @type {Rating | undefined} */ (/** @type {unknown} */ (values));
    const { case_id: caseId } = rating ? await this.json(`/api/answers/${answer?.answer_id ?? id}/feedback`, rating) : {};
    this.dispatch({ type: 'rated', id, rating });
    this.save();
    if (!rating) return;
    this.say(caseId ? `${t('saved')} ${t('receiptCase', { id: caseId })}` : t('saved'));
    if (caseId) this.emit('case', { caseId });
    /** @type {HTMLElement | null | undefined} */ (this.views.get(id)?.node.querySelector('.change'))?.focus();
  }

  /** @param {Layer} layer @param {Record<string, unknown>} request */
  async openCase({ kind, turnId }, request) {
    const answer_id = kind === 'contact' ? this.state.turns.find((turn) => turn.id === turnId)?.answer?.answer_id : undefined;
    const receipt = await this.json('/api/cases', { ...request, conversation_id: this.session.known, answer_id });
    this.emit('case', { caseId: receipt.case_id });
    this.set({ layer: { name: 'handoff_done', kind, receipt } });
  }

  /** @param {Record<string, number>} levels */
  async survey(levels) {
    if (Object.keys(levels).length) await this.json('/api/survey', { conversation_id: this.session.known, ...levels });
    this.forget('ended');
  }

  end() {
    if (this.state.turns.some(isFinished)) this.cover({ name: 'survey' });
    else this.forget('ended');
  }

  /** @param {'ended' | 'expired'} type leave nothing of the chat on this computer */
  forget(type) {
    const { aloud, whole, activeAt } = this.session;
    this.exchange.stop();
    this.sources.hide();
    this.session = { id: newId(), aloud, whole, activeAt };
    this.dispatch({ type });
    this.save();
    this.panel.panel.querySelector('dialog')?.close();
  }

  newChat() {
    this.exchange.stop();
    this.sources.hide();
    Object.assign(this.session, { id: newId(), known: undefined });
    this.dispatch({ type: 'new' });
    this.set({ gate: this.isAttested ? 'passed' : 'needed' });
    this.touch();
    this.save();
    this.focusBack();
  }

  /** Somebody is there. Once warned, only the dialog counts. */
  touch() {
    if (this.state.session === 'expiring') return;
    this.session.activeAt = Date.now();
    this.look();
  }

  /** The idle clock: warns, and ends. */
  look() {
    const { session, turns, draft, gate } = this.state;
    const left = this.session.activeAt + IDLE_MS - Date.now();
    clearTimeout(this.timer);
    if (session === 'expired' || session === 'ended' || !(turns.length || draft || gate === 'passed')) return;
    if (left <= 0) return this.forget('expired');
    if (left <= WARNING_MS && session === 'active') this.warnIdle();
    this.timer = window.setTimeout(() => this.look(), left > WARNING_MS ? left - WARNING_MS : left);
  }

  warnIdle() {
    const { t } = this;
    this.set({ session: 'expiring' });
    if (!this.state.open) return;
    const dialog = this.panel.ask(t('expiringTitle'), t('expiring'), button(t('keepOpen'), () => dialog.close(), 'primary'));
    dialog.addEventListener('close', () => this.extend());
  }

  extend() {
    if (this.state.session !== 'expiring') return;
    this.set({ session: 'active' });
    this.touch();
  }

  /** @param {string} text saved as a file */
  keep(text) {
    saveText(text);
  }

  /** @param {string} way one of `WAYS` @param {Turn} [turn] */
  letOut(way, turn) {
    WAYS[way](this, /** @type {Turn} */ (turn));
  }

  /** @param {string} id of a turn, of which more may be known by now @param {number} n @param {HTMLElement} from */
  showSource(id, n, from) {
    const turn = this.state.turns.find((one) => one.id === id);
    const citation = turn?.citations.find((one) => one.n === n);
    this.opener = from;
    if (turn && citation) this.sources.show(turn, citation, from);
  }

  /** @param {KeyboardEvent} event Escape closes the innermost layer only; a dialog closes itself */
  onKey(event) {
    const { menu, panel } = this.panel;
    if (event.key !== 'Escape' || panel.querySelector('dialog')) return;
    event.preventDefault();
    if (menu.open) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    } else if (this.sources.isOpen()) this.sources.hide();
    else if (this.state.layer) this.uncover();
    else this.close();
  }

  /** @param {string} type of the event */
  onLine(type) {
    const online = type === 'online';
    this.set({ online });
    if (this.state.open) (online ? this.say : this.warn)(this.t(type));
  }

  /** @param {boolean} quiet whether to leave the focus alone */
  async open(quiet) {
    this.quiet = quiet;
    const { main, scroller } = this.panel;
    main.hidden = true;
    this.set({ open: true });
    this.extend();
    this.emit('open');
    await pause();
    main.hidden = false;
    await pause();
    scroller.follow();
    if (!quiet) this.focusBack();
  }

  close() {
    if (this.mode !== 'launcher') return;
    this.set({ open: false });
    this.emit('close');
    this.onClose();
  }
}

/** In steps, none of which holds up the page for long on a slow computer. @param {Host} host @param {Options} options */
export async function start(host, options) {
  const root = /** @type {ShadowRoot} */ (host.shadowRoot);
  const t = await loadTranslator(options.locale);
  const memory = recall(options.endpoint.origin);
  await pause();
  const app = new App(host, options, t, memory);
  await pause();
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, WIDGET_SHEET];
  root.append(app.panel.panel);
  app.begin();
  await pause();
  return app;
}
