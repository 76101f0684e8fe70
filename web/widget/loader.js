// @ts-check
/**
 * `<medinfo-chat>`: the one file a page loads. Shows the launcher and fetches the rest when someone opens, hovers over or focuses it.
 * No cookies, no storage, no request before that.
 */
const BASE = import.meta.url;
const WORDS = {
  en: ['Ask medical information', 'Medical information', 'The assistant could not be loaded. Try again.', 'This browser cannot run the assistant. Please use a current browser.', 'Report a side effect:', 'Contact a person:'],
  es: ['Consultar información médica', 'Información médica', 'No se pudo cargar el asistente. Inténtelo de nuevo.', 'Este navegador no puede usar el asistente. Use un navegador actual.', 'Notificar un efecto adverso:', 'Contactar con una persona:'],
};
const CSS = `
:host{all:initial;display:block;color-scheme:light dark}
:host([theme=light]){color-scheme:light}:host([theme=dark]){color-scheme:dark}:host([hidden]),[hidden]{display:none!important}
.launch{position:fixed;z-index:2147483000;inset-block-end:max(20px,env(safe-area-inset-bottom));inset-inline-end:20px;margin:0}
:host([position=start]) .launch{inset-inline:20px auto}
.launch button{font:600 1rem/1.2 "Segoe UI",-apple-system,Roboto,"Helvetica Neue","Liberation Sans",Arial,sans-serif;color:#fff;
background:var(--medinfo-accent,#0a5463);border:1px solid transparent;border-radius:26px;min-height:52px;padding:0 24px;cursor:pointer;
box-shadow:0 1px 2px rgb(8 32 38/.24),0 8px 24px rgb(8 32 38/.2)}
.launch button:hover{background:color-mix(in srgb,var(--medinfo-accent,#0a5463) 86%,#000)}
.launch button:focus-visible{outline:3px solid var(--medinfo-focus,#1b6ed6);outline-offset:3px}
.launch p{font:1rem/1.4 system-ui,sans-serif;margin:0 0 8px;padding:12px 16px;max-width:18rem;color:#14252b;background:#fff;border:1px solid #6f8187;border-radius:8px}`;

/** @typedef {Awaited<ReturnType<typeof import('./app.js')['start']>>} App */

class MedinfoChat extends HTMLElement {
  /** @type {string | undefined} a token signed by the page's own service */
  token = undefined;
  /** @type {(() => Promise<string>) | undefined} */
  getToken = undefined;
  /** @type {Promise<App> | undefined} */
  #app = undefined;
  /** @type {HTMLButtonElement | undefined} */
  #button = undefined;

  get #locale() {
    return this.getAttribute('locale') ?? (document.documentElement.lang || 'en');
  }

  get #mode() {
    return /** @type {'launcher' | 'inline' | 'page'} */ (this.getAttribute('mode') ?? 'launcher');
  }

  get #words() {
    return WORDS[this.#locale.startsWith('es') ? 'es' : 'en'];
  }

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: 'open' });
    const launch = document.createElement('section');
    launch.className = 'launch';
    launch.setAttribute('aria-label', this.#words[1]);
    launch.setAttribute('part', 'launcher');
    root.append(launch);
    if (!('adoptedStyleSheets' in root) || !window.ReadableStream || !window.HTMLDialogElement) {
      this.#say(this.#words[3]);
      this.dataset.state = 'unsupported';
      return;
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
    root.adoptedStyleSheets = [sheet];
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = this.#words[0];
    button.setAttribute('aria-haspopup', 'dialog');
    button.addEventListener('click', () => this.open());
    for (const near of ['pointerenter', 'focus']) button.addEventListener(near, () => this.#load().catch(() => {}), { once: true });
    launch.hidden = this.hasAttribute('hide-launcher') || this.#mode !== 'launcher';
    launch.append(button);
    this.#button = button;
    if (this.#mode !== 'launcher' || this.hasAttribute('open')) this.#open(true);
    this.dispatchEvent(new CustomEvent('medinfo:ready', { bubbles: true, composed: true }));
  }

  disconnectedCallback() {
    this.#app?.then((app) => app.exchange.stop()).catch(() => {});
  }

  /** Open the panel and move the focus into it. */
  open() {
    return this.#open(false);
  }

  /** Close the panel and give the focus back to the launcher. */
  async close() {
    (await this.#app)?.close();
  }

  /** @param {string} text a question to ask; it waits in the composer until the gate is passed */
  async ask(text) {
    await this.open();
    (await this.#app)?.ask(text);
  }

  /** Forget the conversation and start a new one. */
  async reset() {
    (await this.#app)?.newChat();
  }

  /** @param {boolean} quiet */
  async #open(quiet) {
    try {
      const app = await this.#load();
      this.#launcher(false);
      app.open(quiet);
    } catch {
      this.#say(this.#words[2]);
      this.dispatchEvent(new CustomEvent('medinfo:error', { bubbles: true, composed: true, detail: { code: 'LOAD' } }));
    }
  }

  #load() {
    this.#app ??= this.#start().catch((error) => {
      this.#app = undefined;
      throw error;
    });
    return this.#app;
  }

  async #start() {
    const { start } = await import('./app.js');
    return start(this, /** @type {ShadowRoot} */ (this.shadowRoot), {
      endpoint: new URL(this.getAttribute('endpoint') ?? '/', BASE),
      locale: this.#locale,
      mode: this.#mode,
      onClose: () => {
        this.#launcher(true);
        this.#button?.focus();
      },
    });
  }

  /** @param {boolean} shown */
  #launcher(shown) {
    const launch = /** @type {HTMLElement} */ (this.#button?.parentElement);
    launch.querySelector('p')?.remove();
    launch.hidden = !shown || this.hasAttribute('hide-launcher') || this.#mode !== 'launcher';
  }

  /** @param {string} text said with the phone lines of the attributes: they are needed most when nothing else works */
  #say(text) {
    const launch = /** @type {HTMLElement} */ (this.shadowRoot?.querySelector('.launch'));
    const [safety, contact] = [this.getAttribute('safety-phone'), this.getAttribute('contact-phone')];
    const line = document.createElement('p');
    line.setAttribute('role', 'alert');
    line.textContent = [text, safety && `${this.#words[4]} ${safety}.`, contact && `${this.#words[5]} ${contact}.`].filter(Boolean).join(' ');
    launch.querySelector('p')?.remove();
    launch.prepend(line);
    launch.hidden = false;
  }
}

if (!customElements.get('medinfo-chat')) customElements.define('medinfo-chat', MedinfoChat);
