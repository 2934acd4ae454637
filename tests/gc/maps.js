const m = new Map(); for (let i = 0; i < 800; i++) { m.set({ i }, [i]); m.set(i % 90, { v: i }); if (m.size > 200) { for (const k of m.keys()) { m.delete(k); break; } } }
let n = 0; for (const [k, v] of m) n += typeof k === "object" ? v[0] : v.v; print(m.size, n);
//> 380 250510
