// One streamed chat call; prints what had come when it ended, and the error that ended it, if any.
import { answer, client, describe, input, messages, statuses } from "./client.mjs";

let content = "";
let finish = null;
try {
  const chunks = await client.chat.completions.create({ model: input.model, messages: messages(input.prompt), stream: true });
  for await (const chunk of chunks) {
    content += chunk.choices[0]?.delta?.content ?? "";
    finish = chunk.choices[0]?.finish_reason ?? finish;
  }
  answer({ content, finish, error: null, statuses });
} catch (error) {
  answer({ content, finish, error: describe(error), statuses });
}
