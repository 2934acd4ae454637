// Needs nothing: the same sum, first modulo 2^32 (its feedback says double), then exact.
function f(a, b, both) {
  a = a | 0;
  b = b | 0;
  let low = (a + b) | 0;
  if (both) return low + ":" + (a + b);
  return low;
}
for (let i = 0; i < 60; i++) print(f(i, 2147483647, false), f(i, 3, true));
print(f(2147483647, 1, true));
