print(7 % -3, -7 % 3, 2 ** -1, 1 / 3, 0.1 + 0.2, 5 / 0, -5 / 0, 0 / 0);
print(1 < 2 < 3, 3 > 2 > 1, "b" > "a", null >= 0, undefined == null, NaN != NaN, [] == "", [1] == 1);
print(typeof null, typeof (() => 1), void 0, !"" + 1, -"3", +true, ~"7", "5" * "2", "5" + 2, 5 + +"2");
var x = 5; print(x++ + ++x, x-- - --x, x, (x += 3, x *= 2), x **= 2, x >>= 1, x &= 7, x ||= 9, x &&= 0, x ??= 4);
//> 1 -1 0.5 0.3333333333333333 0.30000000000000004 Infinity -Infinity NaN
//> true false true true true true true true
//> object function undefined 2 -3 1 -8 10 52 7
//> 12 2 5 16 256 128 0 9 0 0
