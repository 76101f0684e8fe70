// What npm `openai` makes of our service: node openai.mjs MAJOR URL KEY QUESTIONS(JSON)
const [major, url, key, questions] = process.argv.slice(2);
const { default: OpenAI } = await import(`openai${major}`);
const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: key, maxRetries: 0 });
const { VERSION } = await import(`openai${major}/version.mjs`);
const model = 'medinfo';

const whole = (completion) => ({
  content: completion.choices[0].message.content,
  annotations: completion.choices[0].message.annotations ?? [],
  finish: completion.choices[0].finish_reason,
  usage: completion.usage ?? null,
  answer: completion.medinfo ?? null,
});

const streamed = async (messages) => {
  const seen = { content: '', annotations: [], finish: null, usage: null, answer: null, chunks: 0 };
  const stream = await client.chat.completions.create({
    model, messages, stream: true, stream_options: { include_usage: true },
  });
  for await (const chunk of stream) {
    seen.chunks += 1;
    const [choice] = chunk.choices;
    seen.content += choice?.delta?.content ?? '';
    seen.annotations.push(...(choice?.delta?.annotations ?? []));
    seen.finish ??= choice?.finish_reason ?? null;
    seen.usage ??= chunk.usage ?? null;
    seen.answer ??= chunk.medinfo ?? null;
  }
  return seen;
};

const helped = async (messages) => {
  const runner = client.chat.completions.stream({ model, messages });
  const texts = [];
  runner.on('content', (delta) => texts.push(delta));
  return { ...whole(await runner.finalChatCompletion()), deltas: texts.length };
};

const failure = async (work) => {
  try {
    await work();
    return null;
  } catch (error) {
    return { name: error.constructor.name, status: error.status, code: error.code, type: error.type, message: error.message };
  }
};

const asked = {};
for (const [name, question] of Object.entries(JSON.parse(questions))) {
  const messages = [{ role: 'user', content: question }];
  asked[name] = {
    plain: whole(await client.chat.completions.create({ model, messages })),
    stream: await streamed(messages),
    helper: await helped(messages),
  };
}
const messages = [{ role: 'user', content: 'What are the limitations of SERDs?' }];
const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'wrong', maxRetries: 0 });
const failures = {
  key: await failure(() => stranger.chat.completions.create({ model, messages })),
  model: await failure(() => client.chat.completions.create({ model: 'gpt-4o', messages })),
  picture: await failure(() => client.chat.completions.create({
    model, messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://example.org/x.png' } }] }],
  })),
};
const models = [];
for await (const each of client.models.list()) models.push(each.id);
console.log(JSON.stringify({ version: VERSION, models, model: (await client.models.retrieve(model)).id, asked, failures }));
