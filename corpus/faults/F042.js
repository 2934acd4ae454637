// F042 (Hermes 5a0cbb036): closures of one function body from a factory, called at one place.
function make(x) { return function () { return x + 1; }; }
const adders = [make(1), make(100), make(10000)];
function f(g) {
  let x = "own";
  const keep = () => x;
  return g() + keep();
}
for (let i = 0; i < 90; i++) print(f(adders[i % 3]));
