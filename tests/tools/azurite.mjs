// Starts Azurite, the storage emulator, and ends it when standard input closes: it never outlives the tests that started it.
// Arguments are Azurite's own. With port 0 it chooses free ports and prints them.
// Beside the emulator's own account it has test001 to test999, all with its well-known key, so that each test can have an account of its own.
const patience = 5000;
const key = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
const names = ["devstoreaccount1", ...Array.from({ length: 999 }, (_, i) => `test${String(i + 1).padStart(3, "0")}`)];
process.env.AZURITE_ACCOUNTS = names.map((name) => `${name}:${key}`).join(";");

function stop() {
  // Azurite's own handler writes down what it has in memory; it is there once the services listen.
  if (!process.emit("SIGTERM")) {
    process.exit(0);
  }
  setTimeout(() => process.exit(0), patience).unref();
}

process.stdin.on("end", stop);
process.stdin.on("error", stop);
process.stdin.resume();
await import("azurite/dist/src/azurite.js");
