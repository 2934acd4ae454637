// F026 (SpiderMonkey bug 1239075): a product beyond 2^53 is inexact before it is truncated.
function f(a, b) { return (a * b) | 0; }
function g(a, b, c) { return (a * b * c + 1) | 0; }
for (let i = 0; i < 60; i++) probe(f(i, 3)), probe(g(i, 2, 5));
print(f(123456789, 987654321), g(1234567, 7654321, 34567));
for (let i = 0; i < 60; i++) print(f(2147483000 - i, 2147483001), g(99999 + i, 99999, 99999));
