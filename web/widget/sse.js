// @ts-check
/**
 * Server-sent events, incrementally: text in as it arrives, the `data` of whole events out. Rules of the HTML standard, section
 * 9.2.6: any of LF, CR, CRLF ends a line; an event that was not closed by an empty line is dropped. Knows nothing of JSON.
 */

/**
 * @param {(data: string) => void} onData called once per complete event that has data
 * @returns {{push: (chunk: string) => void, end: () => void}} `end` settles a last lone CR
 */
export function createParser(onData) {
  let rest = '';
  let scanned = 0;
  /** @type {string[]} */
  let data = [];

  /** @param {string} line */
  const take = (line) => {
    if (line === '') {
      if (data.length) onData(data.join('\n'));
      data = [];
    } else if (/^data(:|$)/.test(line)) {
      data.push(line.slice(5).replace(/^ /, ''));
    }
  };

  /** @param {RegExp} ends what ends a line here */
  const drain = (ends) => {
    let from = 0;
    ends.lastIndex = scanned;
    for (let match = ends.exec(rest); match; match = ends.exec(rest)) {
      take(rest.slice(from, match.index));
      from = ends.lastIndex;
    }
    rest = rest.slice(from);
    scanned = Math.max(0, rest.length - 1);
  };

  return {
    push(chunk) {
      rest += chunk;
      drain(/\r\n|\n|\r(?!$)/g); // a CR at the very end may be the first half of CRLF
    },
    end: () => drain(/\r\n|\n|\r/g),
  };
}
