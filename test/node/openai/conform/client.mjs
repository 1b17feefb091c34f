// The official client as a program would make it: only base URL and key are ours.
import OpenAI from "openai";
import { input } from "../../conformance.mjs";

export { OpenAI };

export const clientOf = (options = {}) => new OpenAI({ apiKey: input.key, baseURL: input.baseURL, timeout: 30_000, ...options });

export const user = (content) => [{ role: "user", content }];
