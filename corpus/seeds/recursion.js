function fib(n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
function even(n) { return n === 0 ? true : odd(n - 1); }
function odd(n) { return n === 0 ? false : even(n - 1); }
print(fib(15), even(100), odd(101));
function tree(d) { return d ? { l: tree(d - 1), r: tree(d - 1) } : null; }
function size(t) { return t ? 1 + size(t.l) + size(t.r) : 0; }
print(size(tree(8)));
function deep() { return deep() + 1; }
try { deep(); } catch (e) { print(e.name, e instanceof RangeError); }
//> 610 true true
//> 255
//> RangeError true
