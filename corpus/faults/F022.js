// Needs nothing: the sum has a truncating and an exact use.
function f(a, b) {
  let s = a + b;
  let t = s | 0;
  return s + ":" + t;
}
for (let i = 0; i < 60; i++) print(f(i, i));
print(f(2147483647, 1));
