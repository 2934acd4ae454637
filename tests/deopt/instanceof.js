// What is known of the right-hand side of `instanceof` ends one fact at a time.
function A() {}
class B extends A {}
class C {}
function is(v, T) { return v instanceof T; }
function count(list, T) { let n = 0; for (const v of list) if (is(v, T)) n++; return n; }
const things = [new A, new B, {}, 7, null, "s", [], Object.create(B.prototype)];
for (let i = 0; i < 60; i++) count(things, A);
print(count(things, A));
const proxied = new Proxy({}, { getPrototypeOf() { return A.prototype; } });
print(count([proxied, Object.create(proxied)], A));
const old = A.prototype;
A.prototype = { fresh: true };
print(count(things, A), count([new A], A), old.isPrototypeOf(things[0]));
function of(list) { let n = 0; for (const v of list) if (v instanceof C) n++; return n; }
const cs = [new C, {}, new C];
for (let i = 0; i < 60; i++) of(cs);
print(of(cs));
Object.setPrototypeOf(cs[1], C.prototype);
print(of(cs));
Object.defineProperty(C, Symbol.hasInstance, { value: v => v === 1, configurable: true });
print(of(cs), of([1, 1, 2]));
delete C[Symbol.hasInstance];
print(of(cs));
const hooked = Object.getOwnPropertyDescriptor(Function.prototype, Symbol.hasInstance);
try { Object.defineProperty(Function.prototype, Symbol.hasInstance, { value: () => true }); } catch (e) { print(e.name, hooked.writable); }
Object.setPrototypeOf(C, { [Symbol.hasInstance]() { return "yes"; } });
print(of([1, 2, 3]));
try { is({}, {}); } catch (e) { print(e.name); }
function late(v) { return v instanceof D; }
function D() {}
for (let i = 0; i < 60; i++) late(things[i % 8]);
print(late(new D));
D.prototype = old;
print(late(things[0]), late(new D));
//> 3
//> 2
//> 0 1 true
//> 2
//> 3
//> 0 2
//> 3
//> TypeError false
//> 3
//> TypeError
//> true
//> true true
