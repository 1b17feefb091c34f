// An asynchronous call: 202 and a place to poll, until the request has ended.
import { answer, client, input, messages, statuses } from "./client.mjs";

const { data, response } = await client.chat.completions
  .create({ model: input.model, messages: messages(input.prompt) }, { headers: { Prefer: "respond-async" } })
  .withResponse();
const place = new URL(response.headers.get("location"), input.baseURL);
let shown = data;
while (["queued", "sealed", "submitted", "running"].includes(shown.state)) {
  await new Promise((resolve) => setTimeout(resolve, 20));
  shown = await (await fetch(place)).json();
}
answer({ accepted: data, ended: shown, statuses });
