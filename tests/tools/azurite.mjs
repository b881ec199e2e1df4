// Starts Azurite, the storage emulator, and ends it when standard input closes: it never outlives the tests that started it.
// Arguments are Azurite"s own. With port 0 it chooses free ports and prints them.
process.stdin.on("end", () => process.exit(0));
process.stdin.on("error", () => process.exit(0));
process.stdin.resume();
await import("azurite/dist/src/azurite.js");
