function f(a, b) { return a * b; } for (let i = 1; i < 60; i++) f(i, i); print(1 / f(0, -1), f(1e5, 1e5), 1 / f(-0, 5)); function g(a) { return -a; } for (let i = 1; i < 60; i++) g(i); print(1 / g(0), g(-2147483648), g("3"));
//> -Infinity 10000000000 -Infinity
//> -Infinity 2147483648 -3
