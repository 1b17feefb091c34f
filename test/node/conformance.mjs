// A conformance run: named calls of one SDK, each with its own checks. Prints one JSON object: the SDK, its version, and what became of every call.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

export { assert };

export const input = JSON.parse(process.argv[2]);

const calls = [];

/** Makes a call and checks it; what the body returns is told beside the name. A failure ends this call, not the run. */
export async function call(name, body) {
  try {
    calls.push({ name, ok: true, outcome: String((await body()) ?? "ok") });
  } catch (error) {
    calls.push({ name, ok: false, outcome: `${error?.constructor?.name}: ${error?.message}`.slice(0, 1000) });
  }
}

/** A call that has to throw exactly this type of the SDK's errors. */
export const refused = (name, type, status, body, check) => call(name, async () => {
  try {
    await body();
  } catch (error) {
    assert.equal(error.constructor.name, type.name, `${error.constructor.name} instead of ${type.name}: ${error.message}`);
    assert.equal(error.status, status);
    check?.(error);
    return `${type.name} ${status ?? ""}`.trim();
  }
  assert.fail("it was not refused");
});

/** Lets the provider fail in one way while the body runs. */
export async function failing(fault, body) {
  const set = (settings) => fetch(new URL("/sandbox/faults", input.sandbox), {
    method: "PUT", headers: { "content-type": "application/json" }, body: JSON.stringify(settings),
  });
  assert.equal((await set(fault)).status, 200);
  try {
    return await body();
  } finally {
    await set({});
  }
}

/** What the provider writes into its answer to a conversation, given as lines of role:text, so that a wrong pairing shows. */
export const digest = (...lines) => `digest:${createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16)}`;

/** Looks again until it holds. */
export async function eventually(look, holds) {
  for (const end = Date.now() + 30_000; ;) {
    const seen = await look();
    if (holds(seen)) {
      return seen;
    }
    assert.ok(Date.now() < end, `not so after 30 s: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

/** One pixel. */
export const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** The sandbox's mark of an image it was shown. */
export const imageMark = `image:${createHash("sha256").update(png).digest("hex").slice(0, 16)}`;

export const schema = {
  type: "object",
  properties: { city: { type: "string" }, degrees: { type: "integer" } },
  required: ["city", "degrees"],
  additionalProperties: false,
};

export const done = (sdk, version) => console.log(JSON.stringify({ sdk, version, calls }));
