// A guard fails inside a proxy's trap that optimised code has called through the runtime.
const handler = { get(t, k, r) { calls++; return t[k] + 1; }, has(t, k) { return k.length > 2; } };
let calls = 0; const p = new Proxy({ a: 1, b: 2.5, c: "s" }, handler);
function read(k) { let s = 0; for (let i = 0; i < 20; i++) s += p[k]; return s; }
let out; for (let i = 0; i < 10; i++) out = read("a");
print(out, read("b"), read("c").length, "abc" in p, "ab" in p, calls);
//> 40 70 41 true false 240
