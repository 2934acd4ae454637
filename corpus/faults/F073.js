// schedule: tier=toptier install=after:40
// F073 (V8 CVE-2021-37991): a global changes between compile and installation.
let limit = 10;
function f(x) { return x + limit; }
for (let i = 0; i < 12; i++) print(f(i));
limit = 1000;
for (let i = 0; i < 80; i++) print(f(i));
