// F078 (JSC CVE-2022-46696): the key's toString throws.
const bad = { toString() { throw new Error("key"); } };
const good = { toString() { return "b"; } };
function f(o, k) {
  o[k];
  return "after";
}
for (let i = 0; i < 60; i++) print(f({ a: 1, b: 2 }, i % 2 ? "a" : good));
try {
  print(f({ a: 1 }, bad));
} catch (e) {
  print(e.message);
}
