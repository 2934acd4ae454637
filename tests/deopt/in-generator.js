// A guard fails in code that a resumption entered in the middle of a loop.
function* sums(a) { let s = 0; for (let i = 0; i < a.length; i++) { const add = yield s; s += a[i] + add; } return s; }
function drive(a, sent) { const g = sums(a); g.next(); let last; for (const _ of a) last = g.next(sent); return last.value; }
let out; for (let i = 0; i < 60; i++) out = drive([1, 2, 3], 1);
print(out, drive([1, 2.5, 3], 1), drive([1, "x", 3], 1), drive([1, 2, 3], 0.25), drive([1, 2n - 1n === 1n ? 7 : 0, 3], 1));
//> 9 9.5 2x14 6.75 14
