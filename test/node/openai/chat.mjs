// One chat call, retried as the client sees fit; prints the answer or the error, and every status that came over the wire.
import { answer, client, describe, input, messages, statuses } from "./client.mjs";

try {
  const completion = await client.chat.completions.create(
    { model: input.model, messages: messages(input.prompt) },
    { idempotencyKey: input.idempotencyKey },
  );
  answer({ content: completion.choices[0].message.content, error: null, statuses });
} catch (error) {
  answer({ content: null, error: describe(error), statuses });
}
