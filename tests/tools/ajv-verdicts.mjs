// Answers each line {"schema": ..., "instances": [...]} with {"verdicts": [...]} or, for a schema ajv refuses, {"error": "..."}.
import { createInterface } from "node:readline";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

// Doubles make 0.3 no multiple of 0.1; the precision lets ajv answer as decimals do.
const ajv = new Ajv2020({ strict: false, multipleOfPrecision: 9, logger: false });
addFormats.default(ajv);

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { schema, instances } = JSON.parse(line);
  let answer;
  try {
    const validate = ajv.compile(schema);
    answer = { verdicts: instances.map((instance) => validate(instance)) };
  } catch (error) {
    answer = { error: error.message };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
