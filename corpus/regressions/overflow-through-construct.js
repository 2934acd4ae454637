// schedule: tier=midtier osr-budget=300 ticks=100000
// Found by a campaign (seed 21001151). Constructing a builtin from Rust kept 256 words of the VM stack free, from
// compiled code 64: the stack overflowed 12 calls later in optimised code. Now only the callee checks the limit.
let depth = 0;
function f(a) {
  new Float64Array(16);
  try {
    depth++;
    f(150);
  } catch (e) {
    print(depth, e.message);
    depth = 0;
  }
}
for (let i = 0; i < 5; i++) f(i);
