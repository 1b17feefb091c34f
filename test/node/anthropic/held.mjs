// One message, retried as the client sees fit; prints the answer or the error, and every status that came over the wire.
import { input } from "../conformance.mjs";
import { clientOf, statuses, textOf, user } from "./client.mjs";

try {
  const headers = input.idempotencyKey ? { "Idempotency-Key": input.idempotencyKey } : {};
  const message = await clientOf({ maxRetries: 5 }).messages.create({ model: input.model, max_tokens: 64, messages: user(input.prompt) }, { headers });
  console.log(JSON.stringify({ content: textOf(message), error: null, statuses }));
} catch (error) {
  console.log(JSON.stringify({ content: null, error: `${error.constructor.name}: ${error.message}`, statuses }));
}
