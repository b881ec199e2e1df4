// Parses Bicep: one JSON string (the text of a file) per line in, one syntax tree per line out. A node is
// {type, line, text, error, children}: its grammar name, its first line (from 1), its source, whether the parser had to skip or invent
// something right in it, and its named parts without comments.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { Language, Parser } from "web-tree-sitter";

const comments = new Set(["comment", "diagnostic_comment"]);

await Parser.init();
const parser = new Parser();
parser.setLanguage(await Language.load(createRequire(import.meta.url).resolve("tree-sitter-bicep/tree-sitter-bicep.wasm")));

function describe(node) {
  return {
    type: node.type,
    line: node.startPosition.row + 1,
    text: node.text,
    error: node.isError || node.isMissing || node.children.some((child) => child.isMissing || child.isError),
    children: node.namedChildren.filter((child) => !comments.has(child.type)).map(describe),
  };
}

for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const tree = parser.parse(JSON.parse(line));
  process.stdout.write(JSON.stringify(describe(tree.rootNode)) + "\n");
  tree.delete();
}
