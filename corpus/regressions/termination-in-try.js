// schedule: tier=midtier osr-budget=300 ticks=8000
// Found by the campaign (check: probes). The tick limit ended a function called inside a try block; the
// optimising tiers' handler took that termination for an exception and went on, where interpreter and
// baseline end the program.
function callee(x) {
}
function f(x) {
  let after = "unset";
  try {
    for (let w = 0; w < 33; w++) {
      for (let v = 0; v < 33; v++) {
        after = callee(x);
      }
    }
  } catch (e) {
    after = "caught";
  }
  return after;
}
for (let i = 0; i < 60; i++) print(i, f(i));
