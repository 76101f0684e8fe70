// @ts-check
/** The demonstration page: opens the assistant where there is room for it, and offers the questions the service starts with. */

/** @typedef {HTMLElement & {open: () => Promise<void>, ask: (text: string) => Promise<void>}} Chat */

const ROOMY_PX = 1180;
const chat = /** @type {Chat} */ (document.querySelector('medinfo-chat'));
if (window.innerWidth >= ROOMY_PX) chat.setAttribute('open', '');
document.querySelector('[data-open]')?.addEventListener('click', () => chat.open());

const snippet = document.getElementById('snippet');
if (snippet) snippet.textContent = (snippet.textContent ?? '').replace('src="/', `src="${location.origin}/`);

/** @param {string[]} questions */
function offer(questions) {
  const list = document.querySelector('.starters');
  for (const question of questions) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = question;
    button.addEventListener('click', () => chat.ask(question));
    const item = document.createElement('li');
    item.append(button);
    list?.append(item);
  }
  document.getElementById('starters')?.toggleAttribute('hidden', !questions.length);
}

fetch('/api/config')
  .then((response) => response.json())
  .then((config) => offer(config.starters ?? []))
  .catch(() => offer([]));
