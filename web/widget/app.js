// @ts-check
/** The widget at work: joins state, service and panel. Loaded on first open. */
/** @import {Citation, Config, Layer, Rating, Turn} from '../contract/types' */
import { createClient } from './client.js';
import { createExchange } from './exchange.js';
import { createLayers, isCovered } from './layers.js';
import { createPanel } from './panel.js';
import { button, h } from './render.js';
import { createIdleClock, createSession, newId } from './session.js';
import { createStore, INITIAL, isActive, isFinished, phaseOf, segmentsOf } from './state.js';
import { directionOf, loadTranslator } from './strings.js';
import { WIDGET_SHEET } from './styles.js';
import { identifiersIn } from './text.js';
import { askNodes, createTurn, safetyText } from './turn.js';

/** @typedef {import('./session.js').Host} Host */
/** @typedef {{endpoint: URL, locale: string, mode: 'launcher' | 'inline' | 'page', onClose: () => void}} Options */

class App {
  /** @param {Host} host @param {ShadowRoot} root @param {Options} options @param {import('../contract/types').Translate} t */
  constructor(host, root, options, t) {
    const { endpoint, locale, mode } = options;
    this.host = host;
    this.root = root;
    this.options = options;
    this.t = t;
    /** @type {Config} */
    this.config = {
      safety: { phone: host.getAttribute('safety-phone') ?? undefined },
      contact: { phone: host.getAttribute('contact-phone') ?? undefined },
    };
    /** Whether nobody has touched the panel or asked for it: until then it must not take the focus. */
    this.quiet = true;
    /** @type {HTMLElement | null} what gets the focus back */
    this.opener = null;
    /** @type {Map<string, ReturnType<typeof createTurn>>} */
    this.views = new Map();
    /** @type {import('./source-panel.js').SourcePanel | undefined} */
    this.sources = undefined;
    this.session = createSession(host, endpoint.origin);
    this.client = createClient(endpoint, host.getAttribute('site-key'), this.session.bearer);
    this.store = createStore({ ...INITIAL, online: navigator.onLine }, (state, before) => {
      if (state.turns !== before.turns && state.turns.some(isActive)) requestAnimationFrame(() => this.paint());
      else this.paint();
    });
    this.clock = createIdleClock({
      isNeeded: () => this.holdsSomething,
      onWarning: () => this.warnIdle(),
      onEnd: () => this.forget('expired'),
    });
    this.panel = createPanel({
      host, root, mode, t, locale, endpoint, config: () => this.config, acts: this.panelActs(), settings: this.settings(),
      onExit: (detail) => this.emit('exit', detail),
    });
    this.panel.panel.lang = locale;
    this.panel.panel.dir = directionOf(locale);
    this.context = this.turnContext();
    this.exchange = createExchange({
      client: this.client, store: this.store, session: this.session, t, say: this.panel.say, warn: this.panel.warn,
      emit: (name, detail) => this.emit(name, detail),
      safetyText: (turn) => safetyText(turn, this.context),
      onSettled: () => { this.clock.touch(); this.save(); },
    });
    this.layers = createLayers({
      place: this.panel.layer, t, locale, config: () => this.config, link: (address, label) => this.panel.link(address, label),
      isQuiet: () => this.quiet || !this.state.open, acts: this.layerActs(),
    });
    this.welcome = h('div', { class: 'welcome' });
    this.panel.log.append(this.welcome);
    this.panel.panel.addEventListener('keydown', (event) => this.onKey(event));
    window.addEventListener('online', () => this.onLine(true));
    window.addEventListener('offline', () => this.onLine(false));
    this.restore();
  }

  get state() {
    return this.store.get();
  }

  get newest() {
    return this.state.turns.at(-1);
  }

  /** Whether there is anything that must not stay on a shared computer. */
  get holdsSomething() {
    const { session, turns, draft, gate } = this.state;
    return session !== 'expired' && session !== 'ended' && (turns.length > 0 || draft !== '' || gate === 'passed');
  }

  /** @param {string} name @param {object} [detail] ids only, never text */
  emit(name, detail = {}) {
    this.host.dispatchEvent(new CustomEvent(`medinfo:${name}`, { bubbles: true, composed: true, detail }));
  }

  save() {
    this.session.save(this.state, this.clock.activeAt());
  }

  restore() {
    const { turns, draft = '', surveyed = false } = this.session.stored;
    if (turns) this.store.dispatch({ type: 'restore', turns, draft, surveyed });
    if (this.session.isOpen()) this.store.dispatch({ type: 'attested' });
    this.configure();
    this.client.config().then((config) => {
      this.config = { ...this.config, ...config };
      this.configure();
    }, () => this.emit('error', { code: 'CONFIG' }));
  }

  configure() {
    const { t, config: { starters = [] } } = this;
    this.panel.configure();
    this.welcome.replaceChildren(h('h3', {}, t('emptyTitle')), h('p', {}, t('empty')),
      ...(starters.length ? askNodes(t('starters'), starters, this.context) : []));
    this.paint();
  }

  /** @returns {import('./panel.js').Acts} */
  panelActs() {
    return {
      close: () => this.close(),
      person: (kind) => this.cover({ name: 'handoff', kind, turnId: this.newest?.id }),
      draft: (text) => { this.store.dispatch({ type: 'draft', text }); this.save(); },
      submit: (confirmed) => this.submit(confirmed),
      stop: () => this.stop(),
      active: () => { this.quiet = false; this.clock.touch(); },
      menu: [
        ['newChat', () => this.newChat()],
        ...(/** @type {const} */ (['print', 'saveText', 'saveData'])).map((how) => /** @type {[string, () => void]} */ ([how, () => this.leaveWith(how)])),
        ['endChat', () => this.end()],
      ],
    };
  }

  settings() {
    const { settings } = this.session;
    return /** @type {const} */ (['aloud', 'whole']).map((name) => ({
      label: this.t(name), get: () => settings[name], set: (/** @type {boolean} */ on) => { settings[name] = on; this.save(); },
    }));
  }

  /** @returns {import('./turn.js').TurnContext} */
  turnContext() {
    return {
      t: this.t,
      locale: this.options.locale,
      config: () => this.config,
      whole: () => this.session.settings.whole,
      cite: (turn, citation, from) => this.showSource(turn, citation, from),
      ask: (text) => this.ask(text),
      retry: (turn) => this.retry(turn),
      copy: (turn) => this.copy(turn),
      rate: (turn, values) => this.rate(turn, values),
      contact: (turn) => this.cover({ name: 'handoff', kind: 'contact', turnId: turn.id }),
      keep: (turn) => this.keep(turn.question),
      link: (address, label) => this.panel.link(address, label),
    };
  }

  /** @returns {import('./layers.js').LayerActs} */
  layerActs() {
    const { dispatch } = this.store;
    return {
      attest: (attestation) => this.attest(attestation),
      decline: () => dispatch({ type: 'declined' }),
      undecline: () => dispatch({ type: 'gate' }),
      openCase: (layer, request) => this.openCase(layer, request),
      survey: (answers) => this.survey(answers),
      finish: () => this.forget('ended'),
      uncover: () => this.uncover(),
      newChat: () => this.newChat(),
      keep: (text) => this.keep(text),
    };
  }

  paint() {
    const { state, panel } = this;
    const phase = phaseOf(state);
    panel.update(state, phase, isCovered(state, phase), isActive(this.newest));
    this.paintTurns(state.turns);
    this.welcome.hidden = state.turns.length > 0;
    this.layers.paint(phase, state);
    if (!panel.panel.hidden) panel.scroller.follow();
  }

  /** @param {Turn[]} turns */
  paintTurns(turns) {
    for (const [id, view] of this.views) {
      if (turns.some((turn) => turn.id === id)) continue;
      view.node.remove();
      this.views.delete(id);
    }
    for (const turn of turns) {
      const view = this.views.get(turn.id) ?? createTurn(turn.id, this.context);
      if (!view.node.isConnected) this.panel.log.append(view.node);
      this.views.set(turn.id, view);
      view.update(turn, turn === turns.at(-1));
    }
  }

  /** @param {Layer} layer */
  cover(layer) {
    this.opener = /** @type {HTMLElement | null} */ (this.root.activeElement);
    this.store.dispatch({ type: 'layer', layer });
  }

  uncover() {
    this.store.dispatch({ type: 'layer', layer: null });
    this.focusBack();
  }

  focusBack() {
    if (this.opener?.isConnected && this.opener.checkVisibility()) this.opener.focus();
    else if (isCovered(this.state, phaseOf(this.state))) this.layers.focus();
    else this.panel.composer.input.focus();
  }

  /** @param {{accepted: true, profession: string, country: string}} attestation */
  async attest(attestation) {
    this.session.begin(await this.client.session(attestation));
    this.store.dispatch({ type: 'attested' });
    this.clock.touch();
    this.save();
    this.panel.composer.input.focus();
  }

  /** Whether a question can be sent now. */
  get isFree() {
    const { gate, session, limitedUntil } = this.state;
    return gate === 'passed' && session === 'active' && !limitedUntil && !isActive(this.newest);
  }

  /** @param {boolean} confirmed that identifiers may go along */
  submit(confirmed) {
    const text = this.state.draft.trim();
    const kinds = identifiersIn(text);
    if (!text || !this.isFree || text.length > (this.config.max_question_chars ?? 2000)) this.panel.composer.input.focus();
    else if (kinds.length && !confirmed) this.panel.composer.warn(kinds, this.options.locale);
    else this.send(text);
  }

  /** @param {string} text */
  ask(text) {
    if (this.isFree) this.send(text);
    else this.store.dispatch({ type: 'draft', text });
  }

  /** @param {string} text */
  send(text) {
    const id = newId();
    this.clock.touch();
    this.panel.scroller.release();
    this.store.dispatch({ type: 'send', id, text, at: Date.now() });
    this.save();
    this.exchange.run(id, 'submit-message');
  }

  /** @param {Turn} turn */
  retry({ id }) {
    if (!this.isFree) return;
    this.store.dispatch({ type: 'retry', id, at: Date.now() });
    this.exchange.run(id, 'regenerate-message');
  }

  stop() {
    if (this.newest) this.store.dispatch({ type: 'stop', id: this.newest.id });
    this.exchange.stop();
    this.panel.composer.input.focus();
  }

  /** @param {Turn} turn */
  async copy(turn) {
    const { answerText } = await import('./export.js');
    const text = answerText(turn, this.context);
    await navigator.clipboard.writeText(text).then(() => this.panel.say(this.t('copied')), () => this.panel.warn(this.t('copyFailed')));
  }

  /** @param {Turn} turn @param {Record<string, string>} values none to change one's mind */
  async rate(turn, values) {
    const { t, panel } = this;
    const rating = values.rating ? /** @type {Rating} */ (/** @type {unknown} */ (values)) : undefined;
    const reply = rating && (await this.client.feedback(turn.answer?.answer_id ?? turn.id, rating));
    this.store.dispatch({ type: 'rated', id: turn.id, rating });
    this.save();
    if (!reply) return;
    panel.say(reply.case_id ? t('savedCase', { id: reply.case_id }) : t('saved'));
    if (reply.case_id) this.emit('case', { caseId: reply.case_id });
    /** @type {HTMLElement | null | undefined} */ (this.views.get(turn.id)?.node.querySelector('.change'))?.focus();
  }

  /** @param {Layer} layer @param {Record<string, unknown>} request */
  async openCase({ kind, turnId }, request) {
    const { known } = this.session;
    const answer = kind === 'contact' && this.state.turns.find((turn) => turn.id === turnId)?.answer?.answer_id;
    const receipt = await this.client.openCase({ ...request, ...(known && { conversation_id: known }), ...(answer && { answer_id: answer }) });
    this.emit('case', { caseId: receipt.case_id });
    this.store.dispatch({ type: 'layer', layer: { name: 'handoff_done', kind, receipt } });
  }

  /** @param {Record<string, number>} answers */
  async survey(answers) {
    const { known } = this.session;
    if (Object.keys(answers).length) await this.client.survey({ ...(known && { conversation_id: known }), ...answers });
    this.forget('ended');
  }

  end() {
    if (this.state.turns.some(isFinished)) this.cover({ name: 'survey' });
    else this.forget('ended');
  }

  /** @param {'ended' | 'expired'} type leave nothing of the chat on this computer */
  forget(type) {
    this.exchange.stop();
    this.sources?.hide();
    this.session.end();
    this.session.renew();
    this.store.dispatch({ type });
    this.save();
    this.panel.panel.querySelector('dialog')?.close();
  }

  newChat() {
    this.exchange.stop();
    this.session.renew();
    this.store.dispatch({ type: 'new' });
    if (this.session.isOpen()) this.store.dispatch({ type: 'attested' });
    this.clock.keep();
    this.save();
    this.focusBack();
  }

  warnIdle() {
    const { t, state, store } = this;
    store.dispatch({ type: 'expiring' });
    if (!state.open) return;
    const dialog = this.panel.ask(t('expiringTitle'), t('expiring'), button(t('keepOpen'), () => dialog.close(), { class: 'primary' }));
    dialog.addEventListener('close', () => {
      if (this.state.session !== 'expiring') return;
      store.dispatch({ type: 'extended' });
      this.clock.keep();
    });
  }

  /** @param {string} text */
  async keep(text) {
    (await import('./export.js')).download('question.txt', text);
  }

  /** @param {'print' | 'saveText' | 'saveData'} how */
  async leaveWith(how) {
    (await import('./export.js')).leaveWith(how, this.state.turns, this.context, this.panel.panel);
  }

  /** @param {Turn} turn @param {Citation} citation @param {HTMLElement} from */
  async showSource(turn, citation, from) {
    const { createSourcePanel } = await import('./source-panel.js');
    this.opener = from;
    this.sources ??= createSourcePanel(this.context, this.panel, (id) => this.client.passage(id), () => this.focusBack());
    await this.sources.show(turn, citation, from);
  }

  /** @param {KeyboardEvent} event Escape closes the innermost layer only; a dialog closes itself */
  onKey(event) {
    const { menu, panel } = this.panel;
    if (event.key !== 'Escape' || panel.querySelector('dialog')) return;
    event.preventDefault();
    if (menu.open) {
      menu.open = false;
      menu.querySelector('summary')?.focus();
    } else if (this.sources?.isOpen()) this.sources.hide();
    else if (this.state.layer) this.uncover();
    else this.close();
  }

  /** @param {boolean} value */
  onLine(value) {
    this.store.dispatch({ type: 'online', value });
    if (this.state.open) (value ? this.panel.say : this.panel.warn)(this.t(value ? 'online' : 'offline'));
  }

  /** @param {boolean} [quiet] open without taking the focus */
  open(quiet = false) {
    this.quiet = quiet;
    this.store.dispatch({ type: 'open' });
    this.emit('open');
    if (!quiet) this.focusBack();
  }

  close() {
    if (this.options.mode !== 'launcher') return;
    this.store.dispatch({ type: 'close' });
    this.emit('close');
    this.options.onClose();
  }
}

/** @typedef {App} Widget */

/** @param {Host} host @param {ShadowRoot} root @param {Options} options */
export async function start(host, root, options) {
  const t = await loadTranslator(options.locale);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, WIDGET_SHEET];
  return new App(host, root, options, t);
}
