// Needs nothing: the callee invalidates the code while the result is only kept for the interpreter.
let limit = 1;
function callee(i) {
  if (i === 50) limit = 2;
  return i * 7;
}
function f(i) {
  let v = callee(i);
  if (limit === 2) return v;
  return 0;
}
for (let i = 0; i < 60; i++) print(f(i));
