function g(x) { if (x.v > 50) throw new Error("big" + x.v); return x.v; } function f(x) { let k = "k" + x.v; try { return g(x) + k; } catch (e) { return e.message + k; } finally { k = ""; } }
let last; for (let i = 0; i < 80; i++) last = f({ v: i }); print(last, f({ v: 1 }), f({ v: "60" }), f({ a: 1, v: 0.5 }));
//> big79k79 1k1 big60k60 0.5k0.5
