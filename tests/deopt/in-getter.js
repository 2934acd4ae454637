// A guard fails inside an inlined getter and an inlined setter.
class P { constructor(v) { this.v = v; } get twice() { return this.v * 2; } set half(x) { this.v = x / 2; } }
function use(p, x) { p.half = x; return p.twice + 1; }
let out; for (let i = 0; i < 100; i++) out = use(new P(i), i * 2);
print(out, use(new P(1), 3), use(new P(0), "8"), use({ __proto__: P.prototype, w: 1, v: 2 }, 5), use(new P(1), -0), 1 / (use(new P(0), -0) - 1));
//> 199 4 9 6 1 Infinity
