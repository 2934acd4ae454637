// schedule: tier=toptier
// Where an optimised frame stands in an inlined function was looked up in the newest code of the function that had
// such an exit: frames of older code were described by another exit of the same number.
var o = { x: 1, b: 2 }, n;
function a() {
  for (const k in o) n = k;
  a();
}
for (let i = 0; i < 2; i++) {
  try {
    a();
  } catch (e) {
    print(e.stack);
  }
}
