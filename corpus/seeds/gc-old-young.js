const old = { slots: new Array(16).fill(null), map: new Map() };
for (let i = 0; i < 4000; i++) { old.slots[i & 15] = { i, box: { v: i * 0.5 } }; if (i % 10 === 0) old.map.set(i % 200, [i]); }
let s = 0; for (const o of old.slots) s += o.box.v; for (const [k, v] of old.map) s += v[0] - k;
print(s, old.map.size);
//> 107932 20
