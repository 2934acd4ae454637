const o = { b: 1, a: 2, 3: "x", 1: "y", __proto__: { inherited: 1, a: "shadowed" } };
let keys = "";
for (const k in o) { keys += k + ";"; if (k === "b") { delete o.a; o.late = 1; } }
print(keys);
function count(x) { let n = 0; for (const k in x) n += k.length; return n; }
let s = 0;
for (let i = 0; i < 60; i++) s += count(i & 1 ? [1, 2, , 4] : { k: i, long: 1 });
print(s, count("abc"), count(null));
//> 1;3;b;a;inherited;
//> 240 3 0
