// Stopping an answer and reading it again with npm `ai`: node resume.mjs MAJOR URL TOKEN
const [major, url, token] = process.argv.slice(2);
const { DefaultChatTransport, readUIMessageStream } = await import(`ai${major}`);
const transport = new DefaultChatTransport({ api: `${url}/api/chat`, headers: { authorization: `Bearer ${token}` } });
const chatId = `chat-${major}-resume`;
const question = { id: 'm1', role: 'user', parts: [{ type: 'text', text: 'slowly: my pt had diarrhea. What limits AIs?' }] };

const stop = new AbortController();
const stream = await transport.sendMessages({
  trigger: 'submit-message', chatId, messages: [question], abortSignal: stop.signal,
});
const reader = stream.getReader();
const first = (await reader.read()).value.type;
stop.abort();
reader.cancel().catch(() => {});

const folded = async () => {
  const again = await transport.reconnectToStream({ chatId });
  if (again === null) return null;
  let message = null;
  for await (message of readUIMessageStream({ stream: again }));
  return message;
};
console.log(JSON.stringify({ first, again: await folded(), afterwards: await folded() }));
