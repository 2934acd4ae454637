function f(n) { let x = 0; for (let i = 0; i < n; i++) { x += i === 150 ? 0.5 : 1; if (i === 180) x = String(x); if (typeof x === "string" && x.length > 8) x = 0; } return x; } print(f(100), f(300));
//> 100 115
