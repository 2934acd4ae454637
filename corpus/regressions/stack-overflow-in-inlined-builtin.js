// schedule: tier=midtier
// A call of a builtin that optimising tiers replace by instructions needs no frame there, so the stack overflowed
// one call later than in the interpreter, with another trace.
function a() {
  Math.atan(0);
  a();
}
for (let i = 0; i < 3; i++) {
  try {
    a();
  } catch (e) {
    print(e.stack.split("\n").slice(0, 3).join("|"));
  }
}
