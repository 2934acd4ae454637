const old = []; for (let i = 0; i < 64; i++) old.push({ v: null, list: [] });
for (let r = 0; r < 40; r++) for (let i = 0; i < 64; i++) { old[i].v = { r, i }; old[i].list[r & 7] = [r, { i }]; }
let s = 0; for (const o of old) { s += o.v.r * o.v.i; for (const [r, b] of o.list) s += r - b.i; } print(s);
//> 80672
