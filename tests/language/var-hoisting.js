print(typeof a, typeof f, f());
var a = 1; function f() { return typeof a; }
{ function g() { return "inner"; } } print(g());
(function () { print(typeof h); if (true) { function h() {} } print(typeof h); })();
//> undefined function undefined
//> inner
//> undefined
//> function
