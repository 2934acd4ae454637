// Orders and early exits that only show in corner cases.
function f() { print("f"); return {}; }
for (const code of ["f() = print('right')", "f() += 1", "f()++", "--f()", "for (f() of [1]) ;", "for (f() in { a: 1 }) ;"]) {
  try { eval(code); print("no error"); } catch (e) { print(code, e.constructor.name); }
}
//> f
//> f() = print('right') ReferenceError
//> f
//> f() += 1 ReferenceError
//> f
//> f()++ ReferenceError
//> f
//> --f() ReferenceError
//> f
//> for (f() of [1]) ; ReferenceError
//> f
//> for (f() in { a: 1 }) ; ReferenceError
for (const code of ["'use strict'; f() = 1", "[f()] = [1]", "({ a: f() } = {})", "f() &&= 1", "new f() = 1", "f?.() = 1", "1 = 2"]) {
  try { eval(code); print("no error"); } catch (e) { print(e.constructor.name); }
}
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
print(Function("f() = 1").toString().includes("is_no_target"), Function("f() = 1; return 2").toString().length);
//> false 43
// strict assignment to what the right side declares
(function () { "use strict"; try { undeclared = (globalThis.undeclared = 5); print("no error"); } catch (e) { print(e.constructor.name, undeclared); } })();
//> ReferenceError 5
// super: base before key conversion, key once
class A { get x() { return "A.x"; } }
class B extends A { m(k) { return super[k]; } n(k) { super[k] += "!"; return this.x2; } }
var b = new B(), count = 0;
print(b.m({ toString() { Object.setPrototypeOf(B.prototype, null); return "x"; } }));
Object.setPrototypeOf(B.prototype, { get x() { return "y"; }, set x(v) { this.x2 = v; } });
print(b.n({ toString() { count++; return "x"; } }), count);
//> A.x
//> y! 1
// the constructor check of super() comes after the arguments
class C extends Object { constructor() { super(print("argument")); } }
Object.setPrototypeOf(C, { call: 1 });
try { new C(); } catch (e) { print(e.constructor.name); }
//> argument
//> TypeError
// generators left inside patterns close iterators
function iterable(name) { return { [Symbol.iterator]() { let n = 0; return { next() { return { value: n++, done: false }; }, return() { print("closed", name); return {}; } }; } }; }
function* inPattern() { var x; [x = yield 1, {}[yield 2]] = iterable("one"); }
var g = inPattern();
g.next();
print(JSON.stringify(g.return(9)));
g = inPattern();
g.next();
try { g.throw("t"); } catch (e) { print(e); }
//> closed one
//> {"value":9,"done":true}
//> closed one
//> t
g = (function* () { for (var [y = yield 5] of [[]]) ; })();
print(g.next().value, JSON.stringify(g.return(1)));
//> 5 {"value":1,"done":true}
// completion values of finally
print(eval("do { try { 39 } finally { 42; break; } } while (0)"), eval("try { 1 } finally { 2 }"), eval("1; do { try { 39 } finally { break; } } while (0)"));
//> 42 1 undefined
// restricted properties
function strictFn() { "use strict"; return arguments; }
for (const t of [() => strictFn.caller, () => (() => 0).arguments, () => strictFn().callee, () => { strictFn.caller = 1; }]) {
  try { t(); print("no error"); } catch (e) { print(e.constructor.name); }
}
//> TypeError
//> TypeError
//> TypeError
//> TypeError
// globals are declared all or nothing
Object.defineProperty(globalThis, "fixed", { value: 1, configurable: false });
try { (0, eval)("var before; function fixed() {}"); } catch (e) { print(e.constructor.name, "before" in globalThis); }
//> TypeError false
