const o = { n: 10, k: 1 };
function bump(i) { if (i === 150) o.n = 12; if (i === 160) o.k = 0.5; return i; }
function f(n) { let s = 0; for (let i = 0; i < n; i++) { s += o.k; if (i < o.n) s += 1; bump(i); } return s; }
print(f(20), f(100), f(200), f(20));
//> 30 110 190.5 22
