function f(a, b) { return a * b + (a - b) / 3 - (a % (b || 1)); }
let s = 0;
for (let i = 0; i < 200; i++) s += f(i, i & 7);
print(s);
for (const v of [0.5, -0, NaN, Infinity, 2147483647, "7", null, undefined, true]) print(f(v, 2), 1 / f(-0, v));
//> 76908.99999999997
//> 0 -6
//> -0.6666666666666666 Infinity
//> NaN NaN
//> NaN NaN
//> 5010795174.666667 -1.396983862573739e-9
//> 14.666666666666666 -0.42857142857142855
//> -0.6666666666666666 Infinity
//> NaN NaN
//> 0.6666666666666667 -3
