// F032 (V8 crbug 719479): a store through another index that happens to be equal.
function f(a, i, j) {
  let first = a[i];
  a[j] = "new";
  let again = a[i];
  return first + ":" + again;
}
for (let i = 0; i < 60; i++) print(f(["x", "y", "z"], 0, 1));
print(f(["x", "y", "z"], 1, 1));
