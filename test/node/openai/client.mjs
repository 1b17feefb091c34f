// The official client as a program would make it: only the base URL is ours.
import OpenAI from "openai";

export const input = JSON.parse(process.argv[2]);
export const statuses = [];

export const client = new OpenAI({
  apiKey: "sk-test",
  baseURL: input.baseURL,
  defaultHeaders: input.headers ?? {},
  maxRetries: input.maxRetries ?? 2,
  timeout: 30_000,
  // Only counts what goes over the wire.
  fetch: async (url, init) => {
    try {
      const response = await fetch(url, init);
      statuses.push(response.status);
      return response;
    } catch (error) {
      statuses.push(0);
      throw error;
    }
  },
});

export const messages = (text) => [{ role: "user", content: text }];

export const describe = (error) => ({
  name: error.constructor.name,
  status: error.status ?? null,
  code: error.code ?? null,
  message: error.message,
});

export const answer = (value) => console.log(JSON.stringify(value));
