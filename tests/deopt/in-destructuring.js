// A guard fails in the middle of patterns: defaults, holes, rest, nested, with iterators left open.
let closed = 0;
function* source(v) { try { yield v; yield v + 1; yield v + 2; } finally { closed++; } }
function take([a, b = a + 1], { x, y: [z] = [a], ...rest }) { return a + b + x + z + Object.keys(rest).length; }
let out; for (let i = 0; i < 80; i++) out = take(source(i), { x: 1, y: [2], q: 0 });
print(out, take([1], { x: 2 }), take(["a", undefined], { x: 1, y: "bc" }), take([0.5, , 3], { x: 1, r: 1, s: 2 }), closed);
try { take([1], { x: 2, y: null }); } catch (e) { print(e.constructor.name); }
//> 163 6 aa11b0 5.5 80
//> TypeError
