function f(o, k) { return [o?.a?.b, o?.[k]?.(1) ?? "none", o?.a ?? 0, (o ||= { a: 1 }).a, delete o?.a].map(String).join(); }
for (let i = 0; i < 50; i++) f({ a: { b: i }, m: (x) => x }, "m");
print(f({ a: { b: 1 }, m: (x) => x + 1 }, "m"), f(null, "q"), f({}, "m"), f({ a: 0 }, "a2"));
let u; u ??= 5; u &&= u + 1; u ||= 9; print(u);
//> 1,2,[object Object],[object Object],true undefined,none,0,1,true undefined,none,0,undefined,true undefined,none,0,0,true
//> 6
