// Hot code that crosses between realms: calls, constructors, getters, callbacks, generators, exceptions.
const other = $262.createRealm();
const o = other.global;
print(o !== globalThis, o.globalThis === o, typeof o.print, o.Array === Array);

o.eval(`
  var count = 0;
  function add(a, b) { count++; return a + b; }
  function make() { return [1, 2, 3]; }
  function literal() { return { a: 1 }; }
  function fail() { null.x; }
  function whereAmI() { return this; }
  function call(f, x) { return f(x); }
  function* numbers(n) { for (let i = 0; i < n; i++) yield i; }
  async function wait(p) { const v = await p; return [v]; }
  var Base = class Base { constructor(x) { this.x = x; } get twice() { return this.x * 2; } }
  var Derived = class Derived extends Base { constructor(x) { if (x < 0) return 1; super(x); } }
`);

function hot(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) {
    sum = o.add(sum, i);
    const a = o.make();
    if (a instanceof Array || !(a instanceof o.Array)) return "array of the wrong realm";
    if (Object.getPrototypeOf(o.literal()) !== o.Object.prototype) return "object of the wrong realm";
    if (o.whereAmI() !== undefined && o.whereAmI.call(undefined) !== o) return "this of the wrong realm";
    const b = new o.Base(i);
    sum += b.twice;
    if (!(b instanceof o.Base)) return "instance";
    sum += o.call(x => { const mine = [x]; return mine instanceof Array ? 1 : 1e9; }, i);
    sum += o.Math.floor(i / 2) + o.Math.abs(-i);
    o.Array.prototype.push.call(a, i);
    if (a.length !== 4) return "length";
  }
  return sum;
}
print(hot(10), hot(300), o.count);

function errors(n) {
  let seen = [0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    try { o.fail(); } catch (e) { if (e instanceof o.TypeError && !(e instanceof TypeError)) seen[0]++; }
    try { o.call(() => null.x, 1); } catch (e) { if (e instanceof TypeError) seen[1]++; }
    try { o.Base(); } catch (e) { if (e instanceof o.TypeError) seen[2]++; }
    // thrown by [[Construct]], when the constructor has been left
    try { new o.Derived(-1); } catch (e) { if (e instanceof TypeError) seen[3]++; }
  }
  return seen.join();
}
print(errors(200));

function iterate(n) {
  let s = 0;
  for (let i = 0; i < n; i++) {
    for (const x of o.numbers(3)) s += x;
    for (const x of o.make()) s += x;
    for (const [k, v] of new o.Map([[1, 2]])) s += k + v;
    s += Math.max(...o.make());
  }
  return s;
}
print(iterate(200));

// strings have the methods of the realm that asks
o.String.prototype.where = function () { "use strict"; return "other " + this; };
String.prototype.where = function () { "use strict"; return "first " + this; };
o.eval("function ask(s) { return s.where(); }");
function ask(s) { return s.where(); }
function strings(n) { let r = ""; for (let i = 0; i < n; i++) r = ask("s") + "," + o.ask("s") + "," + ask("t"); return r; }
print(strings(300));

// holes look at the prototype of the array's own realm
function holes(n) {
  let s = 0;
  const a = [1, , 3];
  for (let i = 0; i < n; i++) s += a[1] === undefined ? 1 : 0;
  const b = o.eval("[1, , 3]");
  for (let i = 0; i < n; i++) s += b[1] === undefined ? 1 : 100;
  return s;
}
print(holes(200));
o.Array.prototype[1] = "there";
print(holes(200), [, ,][1], o.eval("[, ,][1]"));
delete o.Array.prototype[1];

// defaults come from the realm of new.target
const F = new o.Function();
F.prototype = 1;
for (const C of [Array, Map, Promise, Error, Date, Uint8Array, Object, Boolean]) {
  const args = C === Promise ? [() => {}] : [];
  const x = Reflect.construct(C, args, F);
  if (Object.getPrototypeOf(x) !== o[C.name].prototype) print("wrong prototype", C.name);
}
function Plain() {}
print(Object.getPrototypeOf(Reflect.construct(Plain, [], F)) === o.Object.prototype);
print(Object.getPrototypeOf(Reflect.construct(Plain, [], F.bind())) === o.Object.prototype,
      Object.getPrototypeOf(F.bind()) === o.Function.prototype);

// species: an Array of another realm counts as none
const foreign = o.make();
print(Array.prototype.map.call(foreign, x => x) instanceof Array, foreign.map(x => x) instanceof o.Array);
foreign.constructor = Array;
print(foreign.map(x => x) instanceof o.Array, Array.prototype.map.call(foreign, x => x) instanceof Array);

// shared by all realms
print(o.Symbol.iterator === Symbol.iterator, o.Symbol.for("a") === Symbol.for("a"), o.Symbol.keyFor(Symbol.for("a")));
const tag = o.eval("(function () { return (x => x)``; })");
print(tag() === tag(), Object.getPrototypeOf(tag()) === o.Array.prototype);

// eval and scripts
var x = "first";
o.x = "other";
print(eval("x"), o.eval("x"), (0, o.eval)("x"), other.evalScript("var y = x; y"), o.y, typeof y);
const theirEval = o.eval;
(function () { const x = "local"; print(eval("x"), theirEval("x")); })();

// recursion through both ends as it does in one
o.eval("function deep(f, n) { return f(n + 1); }");
let depth = 0;
function down(n) { depth = n; return o.deep(down, n); }
try { down(0); print("no end"); } catch (e) { print(e.name, depth > 500); }
print(o.add(1, 2));

// a realm made in another realm
const third = other.createRealm();
third.evalScript("var x = 'third'");
print(third.global.x, third.global !== o, third.global.eval("x"), o.call(v => third.global.eval("x") + v, 1));

// jobs run in the realm of their function
o.wait(Promise.resolve(7)).then(a => {
  print(a instanceof o.Array, a[0], o.wait(0) instanceof o.Promise, o.wait(0) instanceof Promise);
});
o.Promise.reject(1).catch(e => print("caught", e)).then(() => print("end"));
