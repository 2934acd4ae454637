function counter(step) { let n = 0; return { up: () => (n += step), get value() { return n; }, reset() { n = 0; } }; }
const a = counter(1), b = counter(0.5);
for (let i = 0; i < 150; i++) { a.up(); if (i & 1) b.up(); }
print(a.value, b.value);
b.reset();
const fs = [];
for (let i = 0; i < 4; i++) fs.push(() => i++);
print(fs.map((f) => f() + f()).join(), b.value);
//> 150 37.5
//> 1,3,5,7 0
