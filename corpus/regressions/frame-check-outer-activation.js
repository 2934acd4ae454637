// schedule: tier=toptier deopt=every:20 midtier-budget=3 toptier-budget=5 osr-budget=1 frame-check=on ticks=100000
// The moment of a deopt comes by again in an outer activation, which has fewer callers to dump.
function fib1(n) {
  return n < 2 ? n * 0.5 : fib1(n - 1) + fib1(n - 2);
}
function even2(n) { return n === 0 ? true : odd3(n - 1); }
function odd3(n) { return n === 0 ? false : even2(n - 1); }
for (let i = 0; i < 12; i++) { probe(fib1(i % 8)); probe(even2(i)); }
print(String(fib1(9)));
