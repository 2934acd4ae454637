function g(o, n) { const a = o.k, b = n + 1; return a + b; } function f(o, n) { let s = n * 2; for (let i = 0; i < 10; i++) { const t = s; s = g(o, i) + (t & 3); } return s + ":" + n; }
for (let i = 0; i < 40; i++) f({ k: 1 }, i); print(f({ k: 1 }, 2), f({ k: 0.5 }, 2), f({ z: 0, k: 1 }, 3), f({ k: "s" }, 1));
//> 13:2 11.5:2 11:3 s100:1
