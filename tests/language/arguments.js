function f(a) { arguments[0] = 2; return a; } function g(a) { "use strict"; arguments[0] = 2; return a; } function h(a = 1) { arguments[0] = 5; return a; }
print(f(1), g(1), h(1), f.length, h.length, (function () { return arguments.length; })(1, 2, 3));
function k(a, b) { delete arguments[0]; arguments[0] = 9; return a; } print(k(1));
function l() { return Array.prototype.slice.call(arguments, 1).join(); } print(l(1, 2, 3), [...(function () { return arguments; })(7, 8)].join());
//> 2 1 1 1 0 3
//> 1
//> 2,3 7,8
