// A guard fails inside functions that array methods call: the frame of the method is rebuilt as well.
function work(a, k) {
  let seen = 0;
  const doubled = a.map((x, i) => { seen += i; return x * k; });
  a.forEach((x) => { seen = seen + x; });
  return [doubled.join(), a.filter((x) => x > 1).length, a.reduce((p, c) => p + c, 0), a.some((x) => x === k), a.findIndex((x) => x === 3), seen].join(" ");
}
let out; for (let i = 0; i < 60; i++) out = work([1, 2, 3], 2);
print(out);
print(work([1, 2.5, 3], 2)); print(work([1, "x", 3], 2)); print(work([1, , 3], 2)); print(work([2147483647, 3], 2));
const shrinking = [1, 2, 3, 4]; print(shrinking.map((x) => { shrinking.length = 2; return x; }).length);
try { [1, 2].forEach((x) => { if (x === 2) throw new Error("from callback"); }); } catch (e) { print(e.message); }
//> 2,4,6 2 6 true 2 9
//> 2,5,6 2 6.5 false 2 9.5
//> 2,NaN,6 1 1x3 false 2 4x3
//> 2,,6 1 4 false 2 6
//> 4294967294,6 2 2147483650 false 1 2147483651
//> 4
//> from callback
