// Modules through dynamic import: live bindings, cycles, namespaces, top-level await, errors, JSON.
import("./modules/main.mjs").then(
  (ns) => {
    print("namespace", Object.keys(ns).join(), ns[Symbol.toStringTag], ns.default);
    ns.increment();
    print(ns.counter, Object.isSealed(ns), Object.getPrototypeOf(ns), Reflect.has(ns, "counter"), "missing" in ns);
    try { ns.counter = 5; print("sloppy: ignored", ns.counter); } catch (e) { print(e.constructor.name); }
    try { (() => { "use strict"; ns.counter = 5; })(); } catch (e) { print(e.constructor.name); }
    print(delete ns.nothing, Reflect.deleteProperty(ns, "counter"), JSON.stringify(Object.getOwnPropertyDescriptor(ns, "default")));
  },
  (e) => print("FAILED", e, e.stack),
).then(async () => {
  const again = await import("./modules/main.mjs");
  print("again", again.counter);
  for (const bad of ["./modules/missing.mjs", "./modules/syntax-error.mjs", "./modules/no-export.mjs", "./modules/throws.mjs", "bare"]) {
    try { await import(bad); print("no error"); } catch (e) { print(bad, e && e.constructor ? e.constructor.name : e); }
  }
  const waiting = await import("./modules/waits.mjs");
  print(waiting.value, (await import("./modules/data.json", { with: { type: "json" } })).default.list.join());
  try { await import("./modules/data.json", { with: { kind: "json" } }); } catch (e) { print(e.constructor.name); }
  const hot = await import("./modules/hot.mjs");
  print(hot.run(2000), hot.state);
}).catch((e) => print("FAILED", e, e.stack));
print("script ends first");
//> script ends first
//> leaf true undefined
//> cycle sees undefined before initialization
//> main 1 leaf hoisted
//> meta null true
//> namespace counter,default,increment,leaf,leafNs Module default value
//> 2 true null true false
//> sloppy: ignored 2
//> TypeError
//> true false {"value":"default value","writable":true,"enumerable":true,"configurable":false}
//> again 2
//> ./modules/missing.mjs TypeError
//> ./modules/syntax-error.mjs SyntaxError
//> ./modules/no-export.mjs SyntaxError
//> ./modules/throws.mjs String
//> bare TypeError
//> waits starts
//> waited 1,2,3
//> TypeError
//> 1999000 2000
