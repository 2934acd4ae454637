// A guard fails inside `finally`, while a return and while an exception are under way.
function f(x, how) { let log = ""; try { if (how === 1) return log + "r"; if (how === 2) throw "t"; log += "n"; } catch (e) { log += e; } finally { log += x + 1; last = log; if (how === 3) return log; } return log; }
let last; for (let i = 0; i < 80; i++) f(i, i & 3);
print(f("s", 0), f(0.5, 1), last, f({}, 2), f(2147483647, 3), last);
//> ns1 r 1.5 t[object Object]1 n2147483648 n2147483648
