// Every kind of call at once, each with a prompt of its own; prints what the client made of the answers.
import { answer, client, input, messages } from "./client.mjs";

const { name, model, embeddingModel, metadata } = input;

async function chat() {
  const { data, response } = await client.chat.completions
    .create({ model, messages: messages(`${name} chat`), metadata })
    .withResponse();
  return {
    content: data.choices[0].message.content,
    finish: data.choices[0].finish_reason,
    outputTokens: data.usage.completion_tokens,
    lane: response.headers.get("leeway-lane"),
    request: response.headers.get("leeway-request-id"),
  };
}

async function stream(prompt, streamOptions) {
  const chunks = await client.chat.completions.create({
    model, messages: messages(prompt), metadata, stream: true, stream_options: streamOptions,
  });
  const result = { content: "", finish: null, chunks: 0, usage: null };
  for await (const chunk of chunks) {
    result.chunks++;
    result.content += chunk.choices[0]?.delta?.content ?? "";
    result.finish = chunk.choices[0]?.finish_reason ?? result.finish;
    result.usage = chunk.usage ?? result.usage;
  }
  return result;
}

async function assembled() {
  const completion = await client.chat.completions
    .stream({ model, messages: messages(`${name} assembled`), metadata })
    .finalChatCompletion();
  return { content: completion.choices[0].message.content, finish: completion.choices[0].finish_reason };
}

async function embeddings() {
  const { data } = await client.embeddings.create({
    model: embeddingModel, input: [`${name} first`, `${name} second`], metadata,
  });
  return data.map((one) => one.embedding);
}

const [chatAnswer, plain, withUsage, helper, vectors, models] = await Promise.all([
  chat(),
  stream(`${name} stream`, undefined),
  stream(`${name} stream with usage`, { include_usage: true }),
  assembled(),
  embeddings(),
  client.models.list(),
]);
answer({
  chat: chatAnswer,
  stream: plain,
  streamWithUsage: withUsage,
  assembled: helper,
  embeddings: vectors,
  models: models.data.map((one) => one.id),
});
