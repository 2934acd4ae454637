// Needs nothing: the store with key -1 runs a setter that changes the object whose slot is cached.
function f(o, a, i) {
  let before = o.p;
  a[i - 1] = 5;
  return before * 100 + o.p;
}
let o = { p: 1 };
for (let i = 0; i < 60; i++) print(f(o, [1, 2, 3], i % 3));
Object.defineProperty(Array.prototype, "-1", { set(v) { o.p = 9; } });
print(f(o, [1, 2, 3], 0));
