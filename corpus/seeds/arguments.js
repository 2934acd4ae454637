function mapped(a, b) { a = 9; arguments[1] = 8; return [a, b, arguments[0], arguments[1], arguments.length].join(); }
function strict(a) { "use strict"; a = 9; return arguments[0]; }
function sum() { let s = 0; for (let i = 0; i < arguments.length; i++) s += arguments[i]; return s; }
let s = 0;
for (let i = 0; i < 100; i++) { s += sum(i, 1, 2); mapped(i, i); strict(i); }
print(s, mapped(1, 2), mapped(1), mapped(1, 2, 3), strict(4), sum(), sum("a", 1));
//> 5250 9,8,9,8,2 9,,9,8,1 9,8,9,8,3 4 0 0a1
