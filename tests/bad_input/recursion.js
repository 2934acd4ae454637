// Recursion without end, through everything that recurses: a RangeError, or an end where none is needed.
const N = 20000;
function show(what, f) {
  let result;
  try { f(); result = "fine"; } catch (e) { result = e.name + ": " + String(e.message).slice(0, 50); }
  print(what + ":", result);
}
function nested(n) { let a = []; for (let i = 0; i < n; i++) a = [a]; return a; }
function proxies(p) { for (let i = 0; i < N; i++) p = new Proxy(p, {}); return p; }

show("call", function f() { f(); });
show("getter", () => { const o = { get x() { return this.x; } }; o.x; });
show("setter", () => { const o = { set x(v) { this.x = v; } }; o.x = 1; });
show("toString", () => { const o = { toString() { return "" + this; } }; "" + o; });
show("valueOf", () => { const o = { valueOf() { return +this; } }; +o; });
show("toPrimitive", () => { const o = { [Symbol.toPrimitive]() { return `${this}`; } }; `${o}`; });
show("constructor", () => { class A { constructor() { new this.constructor(); } } new A(); });
show("super", () => { class A { m() { return this.m(); } } class B extends A { m() { return super.m(); } } new B().m(); });
show("generator", () => { function* g() { yield* g(); } g().next(); });
show("iterator", () => { const o = { [Symbol.iterator]() { return [...o]; } }; [...o]; });
show("eval", () => { globalThis.again = () => eval("again()"); again(); });

show("proxy get", () => proxies({}).x);
show("proxy has", () => "x" in proxies({}));
show("proxy call", () => proxies(() => 1)());
show("proxy construct", () => new (proxies(function () {}))());
show("proxy prototype", () => Object.getPrototypeOf(proxies({})));
show("proxy keys", () => Object.keys(proxies({})));
show("proxy trap", () => { const p = new Proxy({}, { get(t, k, r) { return r[k]; } }); p.x; });
show("proxy handler", () => { const h = {}, p = new Proxy({}, h); Object.setPrototypeOf(h, p); p.x; });
show("proxy cycle", () => { const p = new Proxy({}, {}); Object.setPrototypeOf(p, Object.create(p)); p.x; });
show("proxy isArray", () => Array.isArray(proxies([])));
show("bound", () => { let f = () => 1; for (let i = 0; i < N; i++) f = f.bind(); f(); });

show("JSON.stringify", () => JSON.stringify(nested(N)));
show("toJSON", () => { const o = { toJSON() { return JSON.stringify(this); } }; JSON.stringify(o); });
show("JSON.parse", () => JSON.parse("[".repeat(N) + "]".repeat(N)));
show("reviver", () => JSON.parse("[".repeat(N) + "]".repeat(N), (k, v) => v));
show("join", () => String(nested(N)));
show("join of itself", () => { const a = []; a[0] = a; String(a); });
show("flat", () => nested(N).flat(Infinity));
show("sort", () => { const f = () => [2, 1].sort(f) && 0; [1, 2].sort(f); });
show("replace", () => { const f = () => "a".replace("a", f); "a".replace("a", f); });
show("species", () => {
  class A extends Array { static get [Symbol.species]() { return new A(1).map(x => x).constructor; } }
  new A(1).map(x => x);
});
show("thenable", () => { const t = { get then() { return t.then; } }; Promise.resolve(t); });

show("groups", () => new RegExp("(".repeat(30000) + ")".repeat(30000)));
show("classes", () => new RegExp("[".repeat(5000) + "]".repeat(5000), "v"));
show("loops", () => /(?:a|b)*$/.test("ab".repeat(500) + "c"));

const text = (a, b, c) => () => (0, eval)(a.repeat(5000) + b + c.repeat(5000));
show("parentheses", text("(", "1", ")"));
show("arrays", text("[", "", "]"));
show("objects", text("({a:", "1", "})"));
show("blocks", text("{", "", "}"));
show("templates", text("`${", "1", "}`"));
show("patterns", () => (0, eval)("var " + "[".repeat(5000) + "a" + "]".repeat(5000) + " = []"));
show("operators", text("!", "1", ""));
show("sums", text("1+", "1", ""));
show("arrows", text("()=>", "1", ""));
show("ifs", text("if(1)", ";", ""));
show("functions", text("function f(){", "", "}"));
show("members", () => (0, eval)("this" + ".x".repeat(5000)));
show("ropes", () => { let s = ""; for (let i = 0; i < N; i++) s = "a" + s + "b"; return s.charCodeAt(5); });
