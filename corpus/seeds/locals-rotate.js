function f(n) { let a = 1, b = 2.5, c = 3, d = 4, e = 5, g = "s"; for (let i = 0; i < n; i++) { const t = a; a = b; b = c; c = d; d = e + i; e = t; if (i === 60) e = g; } return [a, b, c, d, e, g].join(); }
for (let i = 0; i < 20; i++) f(10);
print(f(30), f(66));
//> 82,89.5,96,103,80,s 418.5,432,446,460,s61,s
