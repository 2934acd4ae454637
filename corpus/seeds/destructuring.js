function f([a, b = 2, [c] = [3]], { x, y: { z = 4 } = {} } = {}) { return a + b + c + (x ?? 0) + z; }
let s = 0;
for (let i = 0; i < 80; i++) { s += f([i], { x: i }); let p = i, q = 1; [p, q] = [q, p]; s += q; }
print(s, f([1, 1, [1]], { y: { z: 1 } }), f([0]));
let o = {}; [o.a, , ...o.r] = "hello"; print(o.a, o.r.join(""));
try { f(null); } catch (e) { print(e.name); }
//> 10200 4 9
//> h llo
//> TypeError
