// Starts the fake on a free port of the loopback and prints its address. It would listen on every interface by itself.
import { isBuiltin, register } from "node:module";
import net from "node:net";

// What it would keep on disk needs a module that older Nodes lack; nothing here is kept.
if (!isBuiltin("node:sqlite")) {
  const absent = "data:text/javascript,export class DatabaseSync {}";
  const hook = `export const resolve = (name, context, next) => name === "node:sqlite" ? { url: ${JSON.stringify(absent)}, shortCircuit: true } : next(name, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...args) {
  if (args[0] && typeof args[0] === "object" && args[0].port != null) {
    args[0] = { ...args[0], host: "127.0.0.1" };
  } else if (args[0] != null && args[0] !== "" && !Number.isNaN(Number(args[0]))) {
    if (typeof args[1] === "string") args[1] = "127.0.0.1";
    else args.splice(1, 0, "127.0.0.1");
  }

  return listen.apply(this, args);
};

const { startFauxqs } = await import("fauxqs");
const server = await startFauxqs({ port: 0, logger: false });
console.log(`http://127.0.0.1:${server.port}`);
process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
