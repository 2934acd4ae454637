// F063 (V8 CVE-2021-21220): a uint32 above 2^31 as a number.
const u = new Uint32Array([1, 2, 3, 4]);
function f(i) { return u[i] * 0.5 + 0.25; }
for (let i = 0; i < 80; i++) {
  u[1] = i % 5 === 4 ? 4000000000 : i;
  print(f(1), f(0));
}
u[2] = 4294967295;
print(f(2), (f(2) >>> 0) * 1.5);
function g(x) { return (x >>> 0) + 0.5; }
for (let i = 0; i < 80; i++) print(g(i - 40));
