const a = [1, 2, 3, 4];
let n = 0;
const evil = { valueOf() { n++; if (n === 50) a.length = 1; if (n === 51) a[0] = 0.25; if (n === 52) a[2] = "s"; return 1; } };
function f(v) { const x = a[0]; const y = v * 2; return x + y + String(a[2]) + a.length; }
let out = "";
for (let i = 0; i < 60; i++) out = f(evil);
print(out, n);
//> 2.25s3 60
