// schedule: tier=toptier deopt=every:3
// Needs deopt=every:N: the operand of the folded `x & 0` is read again by the interpreter.
function f(x, y) {
  let b = x & 0;
  let c = y * 3;
  let d = c + x;
  return [x, b, c, d].join();
}
for (let i = 0; i < 60; i++) print(f(i, 2 * i));
