// A worker of `tierproof test262 --engine` for node: a path below test/ per line in, an answer per line
// out, like the own worker (cli/test262.rs). A fresh context for each variant of a test, harness files
// compiled once, modules through vm.SourceTextModule. Serves to compare times and results under the
// same process model:
//
//   tierproof test262 DIR --engine "node --experimental-vm-modules oracle/hosts/node262.cjs"
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");

const root = process.argv[2];
const harness = new Map();

function metadata(source) {
  const block = /\/\*---([\s\S]*?)---\*\//.exec(source)?.[1] ?? "";
  const list = (key) => {
    const inline = new RegExp(`^${key}:\\s*\\[([^\\]]*)\\]`, "m").exec(block);
    if (inline) return inline[1].split(",").map((s) => s.trim()).filter(Boolean);
    const lines = new RegExp(`^${key}:\\s*\\n((?:\\s+-.*\\n)+)`, "m").exec(block);
    return lines ? lines[1].split("\n").map((s) => s.replace(/^\s*-/, "").trim()).filter(Boolean) : [];
  };
  const negative = /^negative:/m.test(block) && {
    phase: /^\s+phase:\s*(\w+)/m.exec(block)?.[1],
    type: /^\s+type:\s*(\w+)/m.exec(block)?.[1],
  };
  return { flags: list("flags"), includes: list("includes"), negative };
}

function script(name) {
  if (!harness.has(name)) {
    harness.set(name, new vm.Script(fs.readFileSync(path.join(root, "harness", name), "utf8"), { filename: name }));
  }
  return harness.get(name);
}

function context(lines) {
  const cx = vm.createContext({ print: (text) => lines.push(String(text)) });
  const host = vm.runInContext("({})", cx);
  host.global = vm.runInContext("globalThis", cx);
  host.evalScript = (text) => vm.runInContext(text, cx);
  host.createRealm = () => context(lines).$262;
  host.detachArrayBuffer = (buffer) => structuredClone(buffer, { transfer: [buffer] });
  host.gc = () => {};
  cx.$262 = host;
  return cx;
}

async function module(cx, file, text) {
  const known = new Map();
  const load = (name) => {
    if (!known.has(name)) {
      known.set(name, new vm.SourceTextModule(fs.readFileSync(name, "utf8"), options(name)));
    }
    return known.get(name);
  };
  const resolve = (specifier, referrer) => load(path.resolve(path.dirname(referrer.identifier), specifier));
  const options = (identifier) => ({
    context: cx,
    identifier,
    importModuleDynamically: async (specifier, referrer) => {
      const m = resolve(specifier, referrer);
      if (m.status === "unlinked") await m.link(resolve);
      await m.evaluate();
      return m;
    },
  });
  const main = new vm.SourceTextModule(text, options(file));
  known.set(file, main);
  await main.link(resolve);
  await main.evaluate();
}

async function variant(file, source, meta, strict) {
  const lines = [];
  const cx = context(lines);
  let error, thrown = false;
  try {
    if (!meta.flags.includes("raw")) {
      const names = ["assert.js", "sta.js", ...(meta.flags.includes("async") ? ["doneprintHandle.js"] : [])];
      for (const name of [...names, ...meta.includes]) script(name).runInContext(cx);
    }
    const text = strict ? `"use strict";\n${source}` : source;
    if (meta.flags.includes("module")) await module(cx, file, text);
    else new vm.Script(text, { filename: file }).runInContext(cx, { timeout: 20000 });
    if (meta.flags.includes("async")) {
      const end = Date.now() + 10000;
      while (!lines.some((l) => l.startsWith("Test262:Async")) && Date.now() < end) await new Promise(setImmediate);
    }
  } catch (e) {
    [error, thrown] = [e, true];
  }
  if (meta.negative) {
    const name = error?.constructor?.name;
    return thrown && name === meta.negative.type ? "Pass" : { Fail: `${name}, expected ${meta.negative.type}` };
  }
  if (thrown) return { Fail: String(error?.stack ?? error).slice(0, 300) };
  if (meta.flags.includes("async") && !lines.includes("Test262:AsyncTestComplete")) {
    return { Fail: lines.find((l) => l.startsWith("Test262:Async")) ?? "asynchronous test did not call $DONE" };
  }
  return "Pass";
}

async function test(name) {
  const file = path.resolve(root, "test", name);
  const source = fs.readFileSync(file, "utf8");
  const meta = metadata(source);
  const has = (flag) => meta.flags.includes(flag);
  const variants = has("onlyStrict") ? [true] : has("noStrict") || has("raw") || has("module") ? [false] : [false, true];
  for (const strict of variants) {
    const outcome = await variant(file, source, meta, strict);
    if (outcome !== "Pass") return outcome;
  }
  return "Pass";
}

process.on("unhandledRejection", () => {});
process.on("uncaughtException", () => {});
(async () => {
  for await (const line of require("node:readline").createInterface({ input: process.stdin })) {
    const outcome = await test(line).catch((e) => ({ Fail: String(e) }));
    process.stdout.write(JSON.stringify({ outcome }) + "\n");
  }
})();
