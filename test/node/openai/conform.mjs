// The official OpenAI client against one gateway: chat natively and over another kind of provider, and everything else it is used for.
import { done, input } from "../conformance.mjs";
import { batches } from "./conform/batches.mjs";
import { chat } from "./conform/chat.mjs";
import { files } from "./conform/files.mjs";
import { others } from "./conform/others.mjs";
import { responses } from "./conform/responses.mjs";
import { VERSION } from "openai/version";

await chat(input.model);
await responses(input.model);
if (input.only === "") {
  await others();
  await files();
  await batches();
}

done("openai", VERSION);
