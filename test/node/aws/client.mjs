// AWS's official clients as a program would make them: only endpoint, region and credentials are ours.
import { assert, call, input } from "../conformance.mjs";

export const settings = {
  endpoint: input.sandbox,
  region: "eu-west-1",
  credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  maxAttempts: 1,
};

export const text = (bytes) => new TextDecoder().decode(bytes);
export const bytes = (value) => new TextEncoder().encode(JSON.stringify(value));

/** Lines as the digest of a conversation has them, and the conversation in two shapes. */
export const lines = (prompt) => ["system:Be short.", `user:${prompt}`];
export const conversation = (prompt) => ({ system: [{ text: "Be short." }], messages: [{ role: "user", content: [{ text: prompt }] }] });
export const chat = (prompt, more = {}) => ({ messages: [{ role: "system", content: "Be short." }, { role: "user", content: prompt }], ...more });

/** A call that has to fail with this exception and status of AWS's. */
export const fails = (name, type, status, body, check) => call(name, async () => {
  try {
    await body();
  } catch (error) {
    assert.equal(error.name, type, `${error.name} instead of ${type}: ${error.message}`);
    assert.equal(error.$metadata?.httpStatusCode, status);
    check?.(error);
    return `${type} ${status}`;
  }
  assert.fail("it was not refused");
});
