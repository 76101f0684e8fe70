// @ts-check
/** The widget at work: joins state, service and panel. Loaded on first open; owns what is stored in this tab, the idle clock and every request. */
/** @import {Action, Answer, Citation, Config, Layer, Part, State, Turn} from '../contract/types' */
import { createClient, ServiceError } from './client.js';
import { createDeclined, createGate } from './gate.js';
import { createPanel } from './panel.js';
import { button, createSlots, h } from './render.js';
import { createStore, INITIAL, isActive, isFinished, isKnown, hasSafety, phaseOf, segmentsOf } from './state.js';
import { directionOf, loadTranslator } from './strings.js';
import { WIDGET_SHEET } from './styles.js';
import { identifiersIn, splitMarks } from './text.js';
import { askNodes, createTurn, safetyText } from './turn.js';

const IDLE_MS = 30 * 60_000;
const WARNING_MS = 2 * 60_000;
const STALL_MS = 45_000;
const SLOW_MS = 8_000;
const SPOKEN_EVERY_MS = 2_000;
const EARLIER_QUESTIONS = 10;

/** A random id; `crypto.randomUUID` exists on secure origins only. */
const newId = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** @param {unknown} error @returns {{status?: number, retryAfter?: number, message?: string}} */
const asFailure = (error) =>
  error instanceof ServiceError ? { status: error.status, retryAfter: error.retryAfter, message: error.message || undefined } : {};

/** What this tab remembers, under one key. */
const createMemory = (/** @type {string} */ key) => ({
  read() {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? '{}');
    } catch {
      return {};
    }
  },
  write(/** @type {object | null} */ value) {
    try {
      if (value) sessionStorage.setItem(key, JSON.stringify(value));
      else sessionStorage.removeItem(key);
    } catch {
      // storage switched off or full: the chat works without
    }
  },
});

/**
 * @param {HTMLElement & {token?: string, getToken?: () => Promise<string>}} host
 * @param {ShadowRoot} root
 * @param {{endpoint: URL, locale: string, mode: 'launcher' | 'inline' | 'page', onClose: () => void}} options
 */
export async function start(host, root, { endpoint, locale, mode, onClose }) {
  const t = await loadTranslator(locale);
  root.adoptedStyleSheets = [...root.adoptedStyleSheets, WIDGET_SHEET];
  const memory = createMemory(`medinfo-chat ${endpoint.origin}`);
  const stored = memory.read();
  /** @type {Config} */
  let config = {
    safety: { phone: host.getAttribute('safety-phone') ?? undefined },
    contact: { phone: host.getAttribute('contact-phone') ?? undefined },
  };
  let conversation = stored.conversation ?? newId(); // the id we chose
  let known = stored.known; // the id the service gave it
  let { token, expires } = stored;
  let activeAt = stored.activeAt ?? Date.now();
  const settings = { aloud: !!stored.aloud, whole: !!stored.whole };
  /** @type {AbortController | undefined} */
  let running;
  /** @type {HTMLElement | null} */
  let opener = null;
  /** @type {import('./source-panel.js').SourcePanel | undefined} */
  let sources;
  /** @type {string[]} */
  const spoken = [];
  let reattest = false;

  /** @param {string} name @param {object} [detail] ids only, never text */
  const emit = (name, detail = {}) =>
    host.dispatchEvent(new CustomEvent(`medinfo:${name}`, { bubbles: true, composed: true, detail }));
  const hosted = () => !!(host.token || host.getToken);
  const bearer = async () => (host.getToken ? host.getToken() : host.token ?? token);
  const client = createClient(endpoint, host.getAttribute('site-key'), bearer);
  const store = createStore({ ...INITIAL, online: navigator.onLine }, (state, before) => {
    if (state.turns !== before.turns && state.turns.some(isActive)) requestAnimationFrame(paint);
    else paint();
  });
  const { dispatch, get } = store;
  const lastTurn = () => get().turns.at(-1);
  const turnOf = (/** @type {string | undefined} */ id) => get().turns.find((turn) => turn.id === id);

  const save = () => {
    const { turns, draft, surveyed, gate } = get();
    const kept = turns.filter(isFinished).slice(-EARLIER_QUESTIONS);
    memory.write({ conversation, known, draft, turns: kept, surveyed, gate, token, expires, activeAt, ...settings });
  };

  const panel = createPanel({
    host, root, mode, t, locale, endpoint, config: () => config,
    onExit: (detail) => emit('exit', detail),
    settings: /** @type {const} */ (['aloud', 'whole']).map((name) => ({
      name, label: t(name), get: () => settings[name], set: (on) => { settings[name] = on; save(); },
    })),
    acts: {
      close: () => close(),
      person: (kind) => showLayer({ name: 'handoff', kind, turnId: lastTurn()?.id }),
      draft: (text) => { dispatch({ type: 'draft', text }); save(); },
      submit,
      stop,
      active,
      menu: [
        ['newChat', () => newChat()],
        ['print', () => leaveWith('print')],
        ['saveText', () => leaveWith('text')],
        ['saveData', () => leaveWith('data')],
        ['endChat', () => end()],
      ],
    },
  });
  panel.panel.lang = locale;
  panel.panel.dir = directionOf(locale);

  /** @type {import('./turn.js').TurnContext} */
  const context = {
    t, locale,
    config: () => config,
    whole: () => settings.whole,
    cite: showSource,
    ask: (text) => ask(text),
    retry: (turn) => {
      if (get().limitedUntil || isActive(lastTurn())) return;
      dispatch({ type: 'retry', id: turn.id, at: Date.now() });
      run(turn.id, 'regenerate-message');
    },
    copy: async (turn) => {
      const { answerText, copy } = await import('./export.js');
      await copy(answerText(turn, { t, locale })).then(() => panel.say(t('copied')), () => panel.warn(t('copyFailed')));
    },
    rate,
    contact: (turn) => showLayer({ name: 'handoff', kind: 'contact', turnId: turn.id }),
    keep: (turn) => keep(turn.question),
    link: (address, label) => panel.link(address, label),
  };

  /** @type {Map<string, ReturnType<typeof createTurn>>} */
  const views = new Map();
  const place = createSlots(panel.layer);
  const welcome = h('div', { class: 'welcome' });
  panel.log.append(welcome);

  function paint() {
    const state = get();
    const phase = phaseOf(state);
    const covered = ['gate', 'handoff_form', 'handoff_done', 'survey', 'expired', 'ended'].includes(phase)
      || (phase === 'session_expiring' && (!!state.layer || state.gate !== 'passed'));
    const waitS = Math.max(0, Math.ceil((state.limitedUntil - Date.now()) / 1000));
    panel.update(state, phase, covered, isActive(state.turns.at(-1)), waitS);
    paintTurns(state.turns);
    welcome.hidden = state.turns.length > 0;
    if (!covered) place('screen', null, () => []);
    else if (phase !== 'session_expiring') paintLayer(phase, state);
    if (!panel.panel.hidden) panel.scroller.follow();
  }

  /** @param {Turn[]} turns */
  function paintTurns(turns) {
    const ids = new Set(turns.map((turn) => turn.id));
    for (const [id, view] of views) {
      if (ids.has(id)) continue;
      view.node.remove();
      views.delete(id);
    }
    turns.forEach((turn, i) => {
      let view = views.get(turn.id);
      if (!view) {
        view = createTurn(turn.id, context);
        views.set(turn.id, view);
        panel.log.append(view.node);
      }
      view.update(turn, i === turns.length - 1);
    });
  }

  /** @param {string} phase @param {State} state */
  function paintLayer(phase, { layer, gate, draft }) {
    let shown = false;
    /** @param {Node} node */
    const show = (node) => { shown = true; return [node]; };
    /** @param {string} title @param {string} text */
    const over = (title, text) => h('div', { class: 'form' },
      h('h3', { tabindex: '-1' }, t(title)), h('p', {}, t(text)),
      h('div', { class: 'buttons' }, button(t('newChat'), newChat, { class: 'primary' }), draft && button(t('keepDraft'), () => keep(draft))));
    place('screen', [phase, layer, gate], () => {
      if (phase === 'gate') return show(gate === 'declined' ? declinedNode() : createGate(t, reattest, attest, () => dispatch({ type: 'declined' })));
      if (phase === 'expired' || phase === 'ended') return show(over(`${phase}Title`, phase));
      shown = true;
      return [];
    });
    if (!shown) return;
    if (layer) fillLayer(layer);
    else focusLayer();
  }

  const declinedNode = () => createDeclined(t, config.patient_url ? panel.link(config.patient_url, t('patientPage')) : null, () => dispatch({ type: 'gate' }));
  const focusLayer = () => { if (!panel.panel.hidden && !quiet) panel.layer.querySelector('h3')?.focus(); };
  let quiet = true;

  /** @param {Layer} layer */
  async function fillLayer(layer) {
    const question = turnOf(layer.turnId)?.question ?? get().draft;
    const back = () => dispatchLayer(null);
    /** @type {Node} */
    let node;
    if (layer.name === 'survey') node = (await import('./survey.js')).createSurvey(t, survey, finish);
    else {
      const { createHandoff, createReceipt } = await import('./handoff.js');
      node = layer.name === 'handoff' ? createHandoff(layer, question, t, config, (request) => openCase(layer, request), back) : createReceipt(layer, t, locale, back);
    }
    if (get().layer !== layer) return;
    panel.layer.firstElementChild?.replaceChildren(node);
    focusLayer();
  }

  /** @param {Layer | null} layer */
  function dispatchLayer(layer) {
    dispatch({ type: 'layer', layer });
    if (!layer) focusBack();
  }

  /** @param {Layer} layer */
  function showLayer(layer) {
    opener = /** @type {HTMLElement | null} */ (root.activeElement);
    dispatchLayer(layer);
  }

  function focusBack() {
    if (opener?.isConnected && opener.checkVisibility()) opener.focus();
    else if (phaseOf(get()) === 'gate') focusLayer();
    else panel.composer.input.focus();
  }

  /** @param {{accepted: true, profession: string, country: string}} attestation */
  async function attest(attestation) {
    const session = await client.session(attestation);
    ({ token, expires_at: expires } = session);
    reattest = false;
    dispatch({ type: 'attested' });
    save();
    panel.composer.input.focus();
  }

  /** @param {boolean} confirmed */
  function submit(confirmed) {
    const state = get();
    const text = state.draft.trim();
    const kinds = identifiersIn(text);
    if (!text) panel.composer.input.focus();
    else if (text.length > (config.max_question_chars ?? 2000) || state.limitedUntil || isActive(lastTurn())) panel.composer.input.focus();
    else if (kinds.length && !confirmed) panel.composer.warn(kinds, locale);
    else send(text);
  }

  /** @param {string} text */
  function ask(text) {
    active();
    const state = get();
    if (state.gate !== 'passed' || state.session !== 'active' || state.limitedUntil || isActive(lastTurn())) dispatch({ type: 'draft', text });
    else send(text);
  }

  /** @param {string} text */
  function send(text) {
    const id = newId();
    panel.scroller.release();
    dispatch({ type: 'send', id, text, at: Date.now() });
    save();
    if (get().online) run(id, 'submit-message');
    else panel.warn(t('offline'));
  }

  /** @param {string} id @param {string} trigger */
  async function run(id, trigger) {
    if (!get().online) return panel.warn(t('offline'));
    const abort = new AbortController();
    running = abort;
    let stall = 0;
    const onAlive = () => { clearTimeout(stall); stall = window.setTimeout(() => abort.abort(), STALL_MS); };
    const slow = window.setTimeout(() => panel.say(t('slow')), SLOW_MS);
    panel.say(t('looking'));
    onAlive();
    const hooks = { signal: abort.signal, onAlive, onPart: (/** @type {Part} */ part) => take(id, part) };
    const failure = await client.chat(questionBody(id, trigger), hooks).then(() => undefined, asFailure);
    const whole = !failure?.status && (await readAgain(id, hooks));
    if (failure?.status === 401) reattest = true;
    dispatch(failure && !whole ? { type: 'failed', id, at: Date.now(), ...failure } : { type: 'closed', id });
    clearTimeout(stall);
    clearTimeout(slow);
    running = undefined;
    settle(id);
  }

  /** @param {string} id of a turn whose stream broke @param {import('./client.js').Hooks} hooks @returns whether it was read again to its end */
  async function readAgain(id, hooks) {
    const turn = turnOf(id);
    if (!isActive(turn) || turn?.finished || hooks.signal.aborted) return false;
    const read = await client.resume(conversation, hooks.signal).catch(() => undefined);
    if (!read) return false;
    dispatch({ type: 'resumed', id });
    return read(hooks).then(() => true, () => false);
  }

  /** @param {string} id @param {string} trigger */
  function questionBody(id, trigger) {
    const { turns } = get();
    const until = turns.findIndex((turn) => turn.id === id);
    const asked = turns.slice(0, until + 1).filter((turn) => turn.id === id || isFinished(turn)).slice(-EARLIER_QUESTIONS);
    const messages = asked.map((turn) => ({ id: turn.id, role: 'user', parts: [{ type: 'text', text: turn.question }] }));
    return { id: conversation, messages, trigger };
  }

  /** @param {string} id @param {Part} part */
  function take(id, part) {
    if (!isKnown(part)) return void emit('error', { code: 'UNKNOWN_PART', type: part.type });
    dispatch({ type: 'part', id, part });
    const turn = turnOf(id);
    if (part.type === 'data-safety' && turn && hasSafety(turn)) panel.warn(safetyText(turn, context));
    if (part.type === 'text-delta' && settings.aloud) speak(splitMarks(part.delta ?? '', new Set(turn?.citations.map(({ n }) => n))).text);
    if (part.type === 'data-answer') known = part.data.conversation_id;
  }

  /** @param {string} sentence one at a time, so that a reader can follow */
  function speak(sentence) {
    spoken.push(sentence.trim());
    if (spoken.length === 1) setTimeout(speakNext, 0);
  }

  function speakNext() {
    if (!spoken.length) return;
    panel.say(spoken[0]);
    setTimeout(() => { spoken.shift(); speakNext(); }, SPOKEN_EVERY_MS);
  }

  /** @param {string} id of a turn whose request is over */
  function settle(id) {
    const turn = turnOf(id);
    active();
    save();
    if (!turn) return focusLayer();
    const { segments, unknown } = segmentsOf(turn);
    const sentences = segments.filter((segment) => segment.kind !== 'notice');
    const first = segments[0]?.text ?? t('declinedNone');
    const m = new Set(segments.flatMap((segment) => segment.citations)).size;
    const ids = { answerId: turn.answer?.answer_id, conversationId: known, outcome: turn.answer?.outcome };
    for (const n of unknown) emit('error', { code: 'UNKNOWN_CITATION', n, ...ids });
    for (const one of turn.safety?.cases ?? []) emit('case', { caseId: one.case_id, code: one.code });
    if (isFinished(turn)) {
      emit('answer', ids);
      panel.say(turn.status === 'refused' ? first : t('ready', { n: sentences.length, m }));
      return undefined;
    }
    emit('error', { code: turn.status.toUpperCase() });
    if (turn.status === 'rate_limited') return countDown();
    const words = t(turn.status === 'failed' && turn.retryable === false ? 'failedFinal' : turn.status);
    return panel.warn([words, turn.message].filter(Boolean).join(' '));
  }

  function countDown() {
    const waitS = Math.ceil((get().limitedUntil - Date.now()) / 1000);
    panel.warn(t('limited', { s: Math.max(1, waitS) }));
    const timer = setInterval(() => {
      if (Date.now() < get().limitedUntil) return paint();
      clearInterval(timer);
      dispatch({ type: 'limit_over' });
      return panel.say(t('limitOver'));
    }, 1000);
  }

  function stop() {
    const turn = lastTurn();
    if (turn) dispatch({ type: 'stop', id: turn.id });
    running?.abort();
    panel.composer.input.focus();
  }

  /** @param {Turn} turn @param {Record<string, string>} values none to change one's mind */
  async function rate(turn, values) {
    const rating = /** @type {import('../contract/types').Rating} */ (/** @type {unknown} */ (values));
    if (!rating.rating) return dispatch({ type: 'rated', id: turn.id, rating: undefined });
    const { case_id: id } = await client.feedback(turn.answer?.answer_id ?? turn.id, rating);
    dispatch({ type: 'rated', id: turn.id, rating });
    save();
    panel.say(id ? t('savedCase', { id }) : t('saved'));
    if (id) emit('case', { caseId: id });
    /** @type {HTMLElement | null | undefined} */ (views.get(turn.id)?.node.querySelector('.change'))?.focus();
  }

  /** @param {Layer} layer @param {Record<string, unknown>} request */
  async function openCase(layer, request) {
    const about = layer.kind === 'contact' ? turnOf(layer.turnId)?.answer?.answer_id : undefined;
    const receipt = await client.openCase({ ...request, ...(known && { conversation_id: known }), ...(about && { answer_id: about }) });
    emit('case', { caseId: receipt.case_id });
    dispatchLayer({ name: 'handoff_done', kind: layer.kind, receipt });
  }

  /** @param {Record<string, number>} answers */
  async function survey(answers) {
    if (Object.keys(answers).length) await client.survey({ ...(known && { conversation_id: known }), ...answers });
    finish();
  }

  function end() {
    const { turns, surveyed } = get();
    if (surveyed || !turns.some(isFinished)) finish();
    else showLayer({ name: 'survey' });
  }

  function finish() {
    forget('ended');
    focusLayer();
  }

  /** @param {'ended' | 'expired'} type leave nothing of the chat on this computer */
  function forget(type) {
    running?.abort();
    sources?.node.setAttribute('hidden', '');
    [token, expires, known, conversation] = [undefined, undefined, undefined, newId()];
    dispatch({ type });
    memory.write(null);
  }

  function newChat() {
    running?.abort();
    [known, conversation] = [undefined, newId()];
    dispatch({ type: 'new' });
    if (hosted()) dispatch({ type: 'attested' });
    active();
    save();
    focusBack();
  }

  /** @param {string} text */
  async function keep(text) {
    (await import('./export.js')).download('question.txt', text);
  }

  /** @param {'print' | 'text' | 'data'} how */
  async function leaveWith(how) {
    const { chatText, download, print } = await import('./export.js');
    const { turns } = get();
    const text = chatText(turns, { t, locale }, { now: Date.now(), notice: t('demonstration') });
    if (how === 'print') print(text, panel.panel);
    else if (how === 'text') download('medical-information-chat.txt', text);
    else download('medical-information-chat.json', JSON.stringify(turns.map((turn) => turn.answer ?? { question: turn.question, status: turn.status }), null, 2), 'application/json');
  }

  /** @param {Turn} turn @param {Citation} citation @param {HTMLElement} from */
  async function showSource(turn, citation, from) {
    const { createSourcePanel } = await import('./source-panel.js');
    opener?.removeAttribute('aria-expanded');
    opener = from;
    from.setAttribute('aria-expanded', 'true');
    if (!sources) {
      sources = createSourcePanel(context, ({ chunk_id: id }) => (id ? client.passage(id) : Promise.reject()), hideSource);
      panel.columns.append(sources.node);
    }
    panel.panel.classList.add('with-source');
    panel.columns.firstElementChild?.toggleAttribute('inert', getComputedStyle(sources.node).position === 'absolute');
    const numbers = new Set(segmentsOf(turn).segments.flatMap((segment) => segment.citations));
    await sources.show(citation, turn.citations.filter((one) => numbers.has(one.n)));
  }

  function hideSource() {
    if (sources) sources.node.hidden = true;
    opener?.removeAttribute('aria-expanded');
    panel.panel.classList.remove('with-source');
    panel.columns.firstElementChild?.removeAttribute('inert');
    focusBack();
  }

  function close() {
    if (mode !== 'launcher') return;
    dispatch({ type: 'close' });
    emit('close');
    onClose();
  }

  /** @param {KeyboardEvent} event Escape closes the innermost layer only */
  function onKey(event) {
    if (event.key !== 'Escape' || panel.panel.querySelector('dialog')) return;
    event.preventDefault();
    if (panel.menu.open) {
      panel.menu.open = false;
      panel.menu.querySelector('summary')?.focus();
    } else if (sources && !sources.node.hidden) hideSource();
    else if (get().layer) dispatchLayer(null);
    else close();
  }
  panel.panel.addEventListener('keydown', onKey);

  // The idle clock: two minutes of warning, then nothing of the chat is left in this tab.
  let idle = 0;
  /** @type {HTMLDialogElement | undefined} */
  let dialog;
  function active() {
    activeAt = Date.now();
    if (get().session === 'active') watch();
  }
  function watch() {
    clearTimeout(idle);
    const { session, turns, draft, gate } = get();
    if (session === 'expired' || session === 'ended' || !(turns.length || draft || gate === 'passed')) return;
    const left = activeAt + IDLE_MS - Date.now();
    if (left <= 0) return expire();
    if (left <= WARNING_MS && session === 'active') warnIdle();
    idle = window.setTimeout(watch, left > WARNING_MS ? left - WARNING_MS : left);
  }
  function warnIdle() {
    dispatch({ type: 'expiring' });
    if (!get().open) return;
    dialog = panel.ask(t('expiringTitle'), t('expiring'), button(t('keepOpen'), () => dialog?.close(), { class: 'primary' }));
    dialog.addEventListener('close', () => { if (get().session === 'expiring') { dispatch({ type: 'extended' }); active(); } });
  }
  function expire() {
    forget('expired');
    dialog?.close();
  }

  for (const value of [true, false]) {
    window.addEventListener(value ? 'online' : 'offline', () => {
      dispatch({ type: 'online', value });
      if (get().open) (value ? panel.say : panel.warn)(t(value ? 'online' : 'offline'));
    });
  }

  function configure() {
    panel.configure();
    const starters = config.starters ?? [];
    welcome.replaceChildren(h('h3', {}, t('emptyTitle')), h('p', {}, t('empty')), ...(starters.length ? askNodes(t('starters'), starters, context) : []));
    paint();
  }

  const fresh = Date.now() - activeAt < IDLE_MS;
  if (fresh && stored.turns) dispatch({ type: 'restore', turns: stored.turns, draft: stored.draft ?? '', surveyed: !!stored.surveyed });
  else [token, expires, known, conversation] = [undefined, undefined, undefined, newId()];
  const valid = token && (!expires || new Date(expires) > new Date());
  if (hosted() || (fresh && valid && stored.gate === 'passed')) dispatch({ type: 'attested' });
  configure();
  client.config().then((value) => { config = { ...config, ...value }; configure(); }, () => emit('error', { code: 'CONFIG' }));

  return {
    /** @param {boolean} [silent] open without taking the focus */
    open(silent = false) {
      quiet = silent;
      dispatch({ type: 'open' });
      emit('open');
      if (!silent) {
        if (phaseOf(get()) === 'gate') focusLayer();
        else panel.composer.input.focus();
      }
      quiet = false;
    },
    close,
    ask,
    reset: newChat,
    leave: () => { running?.abort(); },
  };
}
