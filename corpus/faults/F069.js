// F069 (V8 CVE-2021-30632): a global variable that was constant while code was made.
let limit = 10;
let scale = { k: 3 };
function f(x) { return x + limit + scale.k; }
for (let i = 0; i < 60; i++) print(f(i));
limit = 1000;
print(f(1));
scale = { k: 100 };
print(f(1));
