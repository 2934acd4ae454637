// Needs nothing: the product passes 2^31 after some iterations.
function f(n) {
  let x = 1;
  for (let i = 0; i < n; i++) x = x * 3;
  return x;
}
for (let i = 0; i < 60; i++) print(f(i % 10));
print(f(25));
