function range(n, log) { return { [Symbol.iterator]() { let i = 0; return { next: () => (i < n ? { value: i++, done: false } : { value: undefined, done: true }), return() { log.push("ret"); return {}; } }; } }; }
const log = [];
let s = 0;
for (let k = 0; k < 40; k++) for (const v of range(6, log)) { if (v === 4) break; s += v; }
const [p, q] = range(3, log);
print(s, log.length, p, q, [...range(3, log)].join(), Math.max(...range(5, log)));
for (const c of "a\u{1F600}b") print(c.length);
for (const [k, v] of new Map([[1, "x"], ["y", 2]])) print(k, v);
//> 240 41 0 1 0,1,2 4
//> 1
//> 2
//> 1
//> 1 x
//> y 2
