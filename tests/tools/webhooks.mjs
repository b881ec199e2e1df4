// Signs and verifies with the published Standard Webhooks library. Each line is {"secret", "id", "timestamp", "body"}, with "signature" to
// verify; the answer is {"signature"} or {"valid", "error"}.
import { createInterface } from "node:readline";
import { Webhook } from "standardwebhooks";

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { secret, id, timestamp, body, signature } = JSON.parse(line);
  const webhook = new Webhook(secret);
  let answer;
  if (signature === undefined) {
    answer = { signature: webhook.sign(id, new Date(timestamp * 1000), body) };
  } else {
    try {
      webhook.verify(body, { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": signature });
      answer = { valid: true };
    } catch (error) {
      answer = { valid: false, error: error.message };
    }
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
