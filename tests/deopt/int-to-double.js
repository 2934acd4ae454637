function f(a, b) { return a + b; } for (let i = 0; i < 60; i++) f(i, 1); print(f(1, 2), f(0.5, 1), f("a", 1), f(2147483647, 1), f({}, 1), f(undefined, 1));
//> 3 1.5 a1 2147483648 [object Object]1 NaN
