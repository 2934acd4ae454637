const m = new Map(), s = new Set();
for (let i = 0; i < 200; i++) { m.set(i % 17, i); m.set("k" + (i % 5), i); s.add(i % 10 === 0 ? NaN : i & 7); if (i % 3 === 0) m.delete(i % 7); }
print(m.size, s.size, m.get("k3"), m.has(16), s.has(NaN), m.get(-0), [...s].join());
let n = 0;
for (const [k] of m) { if (n++ < 3) m.delete(k); if (n > 40) break; }
print(m.size, n);
//> 18 9 198 true true undefined NaN,1,2,3,4,5,6,7,0
//> 15 18
