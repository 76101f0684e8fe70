// What npm `ai` makes of our stream: node ai.mjs MAJOR URL TOKEN QUESTIONS(JSON)
const [major, url, token, questions] = process.argv.slice(2);
const { DefaultChatTransport, readUIMessageStream } = await import(`ai${major}`);
const transport = new DefaultChatTransport({ api: `${url}/api/chat`, headers: { authorization: `Bearer ${token}` } });

const send = (chatId, messages) =>
  transport.sendMessages({ trigger: 'submit-message', chatId, messages, abortSignal: undefined });
const said = (id, text) => ({ id, role: 'user', parts: [{ type: 'text', text }] });

const folded = async (stream) => {
  const [counted, read] = stream.tee();
  const types = [];
  const finish = {};
  const counting = (async () => {
    const reader = counted.getReader();
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      types.push(part.value.type);
      if (part.value.type === 'finish') Object.assign(finish, part.value);
    }
  })();
  let message = null;
  let states = 0;
  const errors = [];
  for await (const state of readUIMessageStream({ stream: read, onError: (error) => errors.push(String(error)) })) {
    message = state;
    states += 1;
  }
  await counting;
  return { types, finish, message, states, errors };
};

const asked = {};
for (const [name, question] of Object.entries(JSON.parse(questions))) {
  asked[name] = await folded(await send(`chat-${major}-${name}`, [said('m1', question)]));
}
const first = said('m1', 'What are the limitations of SERDs?');
const chatId = `chat-${major}-follow`;
const opening = await folded(await send(chatId, [first]));
const follow = await folded(await send(chatId, [first, opening.message, said('m2', 'Source for that?')]));

const failure = async (work) => {
  try {
    await work();
    return null;
  } catch (error) {
    return error.message;
  }
};
const picture = { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,iVBORw0KGgo=' };
const failures = {
  token: await failure(async () => {
    const stranger = new DefaultChatTransport({ api: `${url}/api/chat`, headers: { authorization: 'Bearer wrong' } });
    await stranger.sendMessages({ trigger: 'submit-message', chatId: 'x', messages: [first], abortSignal: undefined });
  }),
  picture: await failure(() => send('chat-picture', [{ id: 'm1', role: 'user', parts: [picture, { type: 'text', text: 'What is this?' }] }])),
};
const resumed = await transport.reconnectToStream({ chatId });
console.log(JSON.stringify({ asked, opening, follow, failures, resumed: resumed === null ? null : 'stream' }));
