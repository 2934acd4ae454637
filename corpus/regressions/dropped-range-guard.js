// schedule: tier=toptier
// `s | 0` of a guarded Smi was simplified to `s`; phi representation then turned the guard into a
// float64-to-int32 check, and dead code elimination dropped it because its result was unused.
// Cause: engine/optimizer dead_code counted CheckedFloat64ToInt32 among the arithmetic guards.
function wrap(a) {
  let s = -2147483640;
  for (let i = 0; i < 12; i++) s = s + a;
  return s | 0;
}
for (let i = 0; i < 40; i++) wrap(i);
for (const v of [5e-324, 2147483648, 7, true, 255]) print(wrap(v));
