// F019 (Hermes #1199): an unused subtraction goes, though mixing BigInt and Number throws.
function f(a, b) {
  a - b;
  return "returned";
}
for (let i = 0; i < 60; i++) {
  try {
    print(f(i % 3 ? 1n : i % 2 ? "1" : {}, i % 3 ? 2n : 7));
  } catch (e) {
    print(e.name);
  }
}
try {
  print(f(1n, 2));
} catch (e) {
  print(e.name);
}
