function f(a, b, n) { let s = 0; for (let i = 0; i < n; i++) { a.v = i; b.v += 10; s += a.v; } return s; }
const p = { v: 0 }, q = { v: 0 };
for (let i = 0; i < 50; i++) f(p, q, 4);
print(f(p, q, 5), f(p, p, 5), q.v);
function g(a, b) { a[0] = 1; b[0] = "x"; return a[0]; }
const r = [0], t = [0];
for (let i = 0; i < 50; i++) g(r, t);
print(g(r, t), g(r, r));
//> 10 60 2050
//> 1 x
