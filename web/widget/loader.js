// @ts-check
/** `<medinfo-chat>`: the one file a page loads. Shows the launcher and fetches the rest when someone comes near it. No cookies, no storage, no request before that. */
/** @import {Widget} from './app.js' */
/** Launcher, not loaded, browser too old, and what goes before the phone numbers. */
const WORDS = {
  en: ['Ask medical information', 'The assistant could not be loaded. Try again.', 'This browser is too old for the assistant.', 'Report a side effect:', 'Contact a person:'],
  es: ['Consultar información médica', 'No se pudo cargar el asistente. Inténtelo de nuevo.', 'Este navegador es demasiado antiguo para el asistente.', 'Notificar un efecto adverso:', 'Contactar con una persona:'],
};
const STYLE = `
:host{all:initial;display:block;color-scheme:light dark}
:host([theme=light]){color-scheme:light}:host([theme=dark]){color-scheme:dark}:host([hidden]),[hidden]{display:none!important}
[part=launcher]{position:fixed;z-index:2147483000;inset-block-end:20px;inset-inline-end:20px;font:600 1rem/1.4 -apple-system,"Segoe UI",Arial,sans-serif}
:host([position=start]) [part=launcher]{inset-inline:20px auto}
[part=launcher] button{font:inherit;color:#fff;background:var(--medinfo-accent,#0a5463);border:1px solid transparent;border-radius:26px;min-block-size:52px;padding:0 24px;cursor:pointer;box-shadow:0 4px 20px rgb(8 32 38/.3)}
[part=launcher] button:hover{text-decoration:underline}
[part=launcher] button:focus-visible{outline:3px solid var(--medinfo-focus,#1b6ed6);outline-offset:3px}
[part=launcher] p{margin:0 0 8px;padding:12px 16px;max-inline-size:18rem;color:#14252b;background:#fff;border:1px solid}`;

/** The page may set `token` or `getToken` on it, also before this runs: they are no fields, which would empty them. */
class MedinfoChat extends HTMLElement {
  /** @type {Promise<Widget> | undefined} */
  #app;
  #launch = document.createElement('section');
  #button = document.createElement('button');

  get #locale() {
    return this.getAttribute('locale') ?? (document.documentElement.lang || 'en');
  }

  get #mode() {
    return this.getAttribute('mode') ?? 'launcher';
  }

  get #words() {
    return WORDS[this.#locale.startsWith('es') ? 'es' : 'en'];
  }

  connectedCallback() {
    if (this.shadowRoot) return;
    const root = this.attachShadow({ mode: 'open' });
    const [launch, button] = [this.#launch, this.#button];
    launch.ariaLabel = this.#words[0];
    launch.setAttribute('part', 'launcher');
    root.append(launch);
    if (!root.adoptedStyleSheets || !window.HTMLDialogElement || !CSS.supports('color', 'light-dark(red,red)')) {
      this.dataset.state = 'unsupported';
      return this.#say(this.#words[2]);
    }
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    button.type = 'button';
    button.textContent = this.#words[0];
    button.setAttribute('aria-haspopup', 'dialog');
    button.onclick = () => this.open();
    button.onpointerenter = button.onfocus = () => this.#load().catch(() => {});
    launch.append(button);
    this.#show(true);
    if (this.#mode !== 'launcher' || this.hasAttribute('open')) this.#open(true);
    this.#tell('ready');
  }

  disconnectedCallback() {
    this.#app?.then((app) => app.exchange.stop());
  }

  /** Open the panel and move the focus into it. */
  open() {
    return this.#open(false);
  }

  /** Close the panel and give the focus back to the launcher. */
  async close() {
    (await this.#app)?.close();
  }

  /** @param {string} text a question; it waits in the composer until the gate is passed */
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
      this.#show(false);
      app.open(quiet);
    } catch {
      this.#say(this.#words[1]);
      this.#tell('error', { code: 'LOAD' });
    }
  }

  #load() {
    this.#app ??= import('./app.js')
      .then(({ start }) => start(this, {
        endpoint: new URL(this.getAttribute('endpoint') ?? '/', import.meta.url),
        locale: this.#locale,
        mode: this.#mode,
        emit: (name, detail) => this.#tell(name, detail),
        onClose: () => {
          this.#show(true);
          this.#button.focus();
        },
      }))
      .catch((error) => {
        this.#app = undefined;
        throw error;
      });
    return this.#app;
  }

  /** @param {boolean} shown */
  #show(shown) {
    this.#launch.querySelector('p')?.remove();
    this.#launch.hidden = !shown || this.hasAttribute('hide-launcher') || this.#mode !== 'launcher';
  }

  /** @param {string} name @param {object} [detail] ids only, never text */
  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(`medinfo:${name}`, { bubbles: true, composed: true, detail }));
  }

  /** @param {string} text said with the phone lines of the attributes: they are needed most when nothing else works */
  #say(text) {
    const lines = ['safety-phone', 'contact-phone'].map((name, i) => this.getAttribute(name) && `${this.#words[3 + i]} ${this.getAttribute(name)}.`);
    const line = document.createElement('p');
    line.setAttribute('role', 'alert');
    line.textContent = [text, ...lines].filter(Boolean).join(' ');
    this.#show(true);
    this.#launch.prepend(line);
    this.#launch.hidden = false;
  }
}

if (!customElements.get('medinfo-chat')) customElements.define('medinfo-chat', MedinfoChat);
