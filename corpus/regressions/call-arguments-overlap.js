// schedule: tier=toptier feedback=lies:3
// A generic call from optimised code handed its arguments over in the memory where the callee's
// frame is pushed, so that they overwrote each other. Cause: `op_call` in engine/jit did not copy them.
function callee(a, b, c) { return a * 100 + b * 10 + c; }
function other(a, b, c) { return a - b - c; }
function caller(f, n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum = (sum + f(i, i + 1, i + 2)) | 0;
  return sum;
}
let total = 0;
for (let round = 0; round < 40; round++) {
  total = (total + caller(round % 3 === 0 ? other : callee, 30)) | 0;
  total = (total + caller(Math.max, 10)) | 0;
}
print(total);
