// schedule: tier=toptier feedback=lies:2
// F086 (ChakraCore 09606150e): what the compiler is told stays wrong, so the same guard fails again and again.
function f(o, a, i) { return o.v + a[i & 1] + o.w; }
const o = { v: 1, w: 2 }, a = [1, 2];
for (let i = 0; i < 2500; i++) probe(f(o, a, i));
print("done");
