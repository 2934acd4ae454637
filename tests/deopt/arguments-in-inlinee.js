function g(a) { a = a + 1; return arguments.length + ":" + arguments[0] + ":" + a; } function f(x) { return x > 90 ? g(x, x, "s") : g(x); } let last; for (let i = 0; i < 100; i++) last = f(i); print(last, f("z"), f(0.5));
//> 3:100:100 1:z1:z1 1:1.5:1.5
