function add(a, b) { return a + b; }
function mul(a, b) { return a * b; }
let x = 2147483600;
for (let i = 0; i < 100; i++) x = add(x, 1);
print(x, x | 0, x >>> 0);
let y = 1;
for (let i = 0; i < 60; i++) y = mul(y, 3);
print(y, y | 0);
print(mul(65536, 65536), Math.imul(65537, 65537), mul(-1, 0), 1 / mul(-1, 0));
//> 2147483700 -2147483596 2147483700
//> 4.23911582752162e+28 0
//> 4294967296 131073 0 -Infinity
