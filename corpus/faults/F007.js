// Needs nothing: the addition overflows once, with int32 locals alive.
function f(a, b) {
  let p = a + 3;
  let q = b + 5;
  let r = q + 2147483000;
  return p + "," + q + "," + r;
}
for (let i = 0; i < 60; i++) print(f(i, i + 1));
print(f(4, 1000));
