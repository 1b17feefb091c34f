// The official client as a program would make it: only base URL and key are ours.
import Anthropic from "@anthropic-ai/sdk";
import { input } from "../conformance.mjs";

export { Anthropic };
export const statuses = [];

export const clientOf = (options = {}) => new Anthropic({
  apiKey: input.key,
  baseURL: input.baseURL,
  timeout: 30_000,
  // Only counts what goes over the wire.
  fetch: async (url, init) => {
    const response = await fetch(url, init);
    statuses.push(response.status);
    return response;
  },
  ...options,
});

export const user = (content) => [{ role: "user", content }];
export const textOf = (message) => message.content.filter((block) => block.type === "text").map((block) => block.text).join("");
