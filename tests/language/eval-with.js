// Direct and indirect eval, with, the Function constructor.
var g = "global";
function f(a) {
  let b = 2;
  const c = 3;
  eval("var added = a + b; b = 10; function fn() { return added + c; }");
  print(added, b, fn(), typeof missing, eval("arguments.length"), eval("this === undefined || this === globalThis"));
  print(delete added, typeof added);
  try { eval("c = 1"); } catch (e) { print(e.constructor.name); }
  try { eval("var b"); } catch (e) { print(e.constructor.name, e.message); }
  return () => eval("a + b + g.length");
}
print(f(1, 2)());
//> 3 10 6 undefined 2 true
//> true undefined
//> TypeError
//> SyntaxError Identifier 'b' has already been declared
//> 17
function strict() { "use strict"; eval("var x = 1; let y = 2"); return typeof x + typeof y + eval("'use strict'; typeof this"); }
print(strict.call(5));
//> undefinedundefinednumber
var indirect = eval;
let lexical = "script scope";
print(indirect("typeof f + lexical"), indirect("var made = 1; let hidden = 2; made"), made, typeof hidden, delete globalThis.made);
//> functionscript scope 1 1 undefined true
print(eval("1; if (false) 2;"), eval("'a directive'"), eval("{ 1; var z = 2; }"), eval(5), eval());
//> undefined a directive 1 5 undefined
function shadow(eval) { return eval("x"); }
print(shadow((s) => "called " + s), eval?.("typeof shadow"), eval(...["1 + 1"]));
//> called x function 2
class A { constructor() { this.v = 7; } m() { return "A.m"; } }
class B extends A {
  #p = 5;
  constructor() { eval("super()"); this.w = eval("new.target === B"); }
  m() { return eval("super.m() + this.#p"); }
  static s = eval("this === B");
}
var b = new B();
print(b.v, b.w, b.m(), B.s);
//> 7 true A.m5 true
for (const bad of ["super()", "super.x", "new.target", "o.#x", "let a; var a", "1 +", "break", "await 1; var", "yield = 1; ("]) {
  try { indirect(bad); print("no error", bad); } catch (e) { print(e.constructor.name); }
}
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
function closures() { var fs = []; for (let i = 0; i < 3; i++) { eval("fs.push(() => i * 2)"); } return fs.map((f) => f()).join(); }
print(closures());
//> 0,2,4
function tdz() { try { eval("later"); } catch (e) { print(e.constructor.name); } let later = 1; return eval("later"); }
print(tdz());
//> ReferenceError
//> 1
function params(a, b = eval("var a2 = 5; a + a2"), c = () => typeof a2) { return [b, c(), typeof a2].join(); }
print(params(1));
//> 6,number,number
function* gen() { yield eval("1 + 1"); with ({ y: 3 }) yield y; }
print([...gen()].join());
//> 2,3

// with
var o = { x: 1, f() { return this === o; }, [Symbol.unscopables]: { hidden: true }, hidden: "no" };
var hidden = "outer", x = "gx";
with (o) {
  print(x, f(), hidden, typeof nothing);
  x = 5;
  hidden = "changed";
  var x = 6;
  var nx = 7;
  (function () { x++; })();
  ({ x } = { x: x + 1 });
  [x] = [x + 1];
  x += 1;
  print(delete x, typeof x);
}
print(o.x, x, hidden, nx, o.hidden);
//> 1 true outer undefined
//> true string
//> undefined gx changed 7 no
with ({ get v() { print("get"); return 1; }, set v(n) { print("set", n); } }) { v++; v = v + 1; }
//> get
//> set 2
//> get
//> set 2
with ([1, 2]) { let length = 3; print(length, (() => length)(), join("-")); }
//> 3 3 1-2
try { with (null) ; } catch (e) { print(e.constructor.name); }
//> TypeError
function labelled() { out: for (var i = 0; i < 3; i++) with ({ i2: i }) { if (i2 === 1) continue out; if (i2 === 2) return "r" + i2; } }
print(labelled());
//> r2

// Function
print(new Function("a", "b = 2", "return a + b")(1), Function("return this === globalThis")(), new Function("/* c */").name);
//> 3 true anonymous
print(Function("a,b", "c", "/*x*/").toString());
//> function anonymous(a,b,c
//> ) {
//> /*x*/
//> }
for (const [p, body] of [["/*", "*/){"], ["a", "}"], ["", "super()"], ["){ }, function(", ""]]) {
  try { Function(p, body); print("no error"); } catch (e) { print(e.constructor.name); }
}
//> SyntaxError
//> SyntaxError
//> SyntaxError
//> SyntaxError
var GF = Object.getPrototypeOf(function* () {}).constructor;
print([...GF("n", "yield n; yield* [n + 1]")(1)].join(), GF.name, GF.prototype[Symbol.toStringTag]);
//> 1,2 GeneratorFunction GeneratorFunction
// tagged templates: one object per site
var seen = [];
function tag(s, ...v) { seen.push(s); return s.raw.join("|") + v.join() + s[0] + Object.isFrozen(s) + Object.isFrozen(s.raw); }
for (let i = 0; i < 2; i++) print(tag`a\n${i}b${i + 1}`);
//> a\n|b|0,1a
//> truetrue
//> a\n|b|1,2a
//> truetrue
print(seen[0] === seen[1], tag`\u{bad}` === undefined, ((s) => s[0])`\unicode`, o.f`x`, new (class { #t(s) { return s[0] + this.k; } k = 1; m() { return this.#t`p`; } })().m());
//> true false undefined true p1
var hot = 0;
function loop(n) { for (let i = 0; i < n; i++) { with ({ k: i & 1 }) hot += k; } return eval("hot"); }
print(loop(500));
//> 250
