const m = new Map([[NaN, 1], [0, 2], ["0", 3]]); print(m.get(NaN), m.get(-0), m.get("0"), m.size, [...m.keys()].join(), m.delete(0), m.has(0), [...m.entries()].length);
const s = new Set([3, 1, 3]); s.add(-0); print([...s].join(), 1 / [...s][2], s.size); s.forEach((v, k, t) => { if (v === 3) t.delete(1); print(v, k); }); const it = s.values(); s.clear(); print(it.next().done); try { Map(); } catch (e) { print(e.name); } try { new Set(5); } catch (e) { print(e.name); }
//> 1 2 3 3 NaN,0,0 true false 2
//> 3,1,0 Infinity 3
//> 3 3
//> 0 0
//> true
//> TypeError
//> TypeError
