// Starts Azurite, the storage emulator, and ends it when standard input closes: it never outlives the tests that started it.
// Arguments are Azurite's own. With port 0 it chooses free ports and prints them.
const patience = 5000;

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
