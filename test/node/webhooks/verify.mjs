// Reads {secret, headers, body} from standard input and says with the reference library whether the signature is right.
// Exit code 0: right; 3: refused by the library (its reason on standard output); anything else is a fault of this script.
import { readFileSync } from "node:fs";
import { Webhook, WebhookVerificationError } from "standardwebhooks";

const { secret, headers, body } = JSON.parse(readFileSync(0, "utf8"));
try {
  console.log(JSON.stringify(new Webhook(secret).verify(body, headers)));
} catch (error) {
  if (!(error instanceof WebhookVerificationError)) {
    throw error;
  }
  console.log(error.message);
  process.exitCode = 3;
}
