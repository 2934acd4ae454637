// Object: statics and prototype methods.
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
function attrs(o, k) {
  var d = Object.getOwnPropertyDescriptor(o, k);
  return d && Object.keys(d).map(x => x + ":" + String(d[x])).join(",");
}
var sym = Symbol("s");
print(Object.keys({ b: 1, a: 2, 10: 0, 2: 0 }), Object.values("abc"), Object.entries([7, , 8]).join(";"));
print(Object.assign({ a: 1 }, null, { b: 2, [sym]: 3 }, "xy", undefined, [9])[sym], JSON.stringify(Object.assign({}, "xy", [9])));
print(t(() => Object.assign(Object.freeze({ a: 1 }), { a: 2 })), t(() => Object.keys(null)), t(() => Object.keys(5)));
var o = {};
Object.defineProperty(o, "x", { value: 1, configurable: true });
print(attrs(o, "x"), t(() => { "use strict"; o.x = 2; }), o.x);
Object.defineProperty(o, "x", { get() { return this.y; }, enumerable: true });
o.y = 5;
print(o.x, attrs({ get q() { return 1; } }, "nope"), t(() => Object.defineProperty(o, "z", { get() {}, value: 1 })));
print(t(() => Object.defineProperty(o, "z", { get: 1 })), t(() => Object.defineProperty(1, "z", {})), t(() => Object.defineProperty({}, "z", 1)));
var d = Object.getOwnPropertyDescriptors({ a: 1, get b() { return 2; } });
print(d.a.writable, typeof d.b.get, d.b.set, Object.keys(d));
Object.defineProperties(o, { p: { value: 1 }, q: { value: 2, enumerable: true } });
print(o.p, o.q, Object.keys(o), t(() => Object.defineProperties({}, { a: 1 })));
var frozen = Object.freeze({ a: 1, b: { c: 2 } });
print(Object.isFrozen(frozen), Object.isSealed(frozen), Object.isExtensible(frozen), Object.isFrozen(frozen.b), Object.isFrozen("x"));
print(t(() => { "use strict"; frozen.a = 2; }), t(() => { "use strict"; delete frozen.a; }), t(() => { "use strict"; frozen.n = 2; }));
var sealed = Object.seal([1, 2, 3]);
sealed[0] = 9;
sealed[5] = 1;
print(sealed, Object.isSealed(sealed), Object.isFrozen(sealed), t(() => { "use strict"; sealed.pop(); }), t(() => { "use strict"; sealed.push(1); }));
var ne = Object.preventExtensions({ a: 1 });
ne.b = 2;
delete ne.a;
print("b" in ne, "a" in ne, Object.isFrozen(ne), Object.isFrozen(Object.preventExtensions({})));
print(Object.getPrototypeOf([]) === Array.prototype, Object.getPrototypeOf(1) === Number.prototype, Object.getPrototypeOf(Object.create(null)));
var a = {}, b = Object.create(a, { v: { value: 3, enumerable: true } });
print(b.v, a.isPrototypeOf(b), Object.prototype.isPrototypeOf.call(b, a), t(() => Object.setPrototypeOf(a, b)), t(() => Object.create(1)));
print(Object.setPrototypeOf(b, null) === b, t(() => b.toString), t(() => Object.setPrototypeOf({}, 1)), t(() => Object.setPrototypeOf(null, {})));
print(t(() => Object.setPrototypeOf(Object.prototype, {})), Object.setPrototypeOf(1, null), t(() => Object.setPrototypeOf(Object.preventExtensions({}), {})));
var p = { __proto__: { inherited: 1 } };
print(p.inherited, "__proto__" in p, p.hasOwnProperty("__proto__"), (p.__proto__ = null, p.__proto__), p.inherited);
print(Object.is(NaN, NaN), Object.is(0, -0), Object.is("a", "a"), Object.is({}, {}));
print(Object.hasOwn("abc", "length"), Object.hasOwn([1], 0), t(() => Object.hasOwn(null, "a")), ({}).propertyIsEnumerable("a"), [1].propertyIsEnumerable(0), [1].propertyIsEnumerable("length"));
print(Object.fromEntries([["a", 1], ["b", 2], ["a", 3]]).a, t(() => Object.fromEntries([1])), t(() => Object.fromEntries(null)));
print(Object.getOwnPropertyNames("ab"), Object.getOwnPropertyNames([1, , 2]), Object.getOwnPropertySymbols({ [sym]: 1, a: 2 }).length);
for (var v of [null, undefined, 1, "s", true, [], {}, () => 1, new Error(), sym, Math, JSON, (function () { return arguments; })(), new Map(), { [Symbol.toStringTag]: "Tag" }, { [Symbol.toStringTag]: 1 }])
  print(Object.prototype.toString.call(v));
var g = {};
g.__defineGetter__("x", () => 42);
g.__defineSetter__("x", function (v) { this.set = v; });
g.x = 7;
print(g.x, g.set, typeof g.__lookupGetter__("x"), g.__lookupSetter__("y"));
print(new Object(1) instanceof Number, typeof Object("s"), Object(g) === g, new Object() !== {}, Object().constructor === Object);
print({ toString() { return "T"; } } + "", { valueOf() { return 4; } } * 2, ({}).toLocaleString(), { [Symbol.toPrimitive](h) { return h; } } + "", +{ [Symbol.toPrimitive](h) { return h === "number" ? 1 : 2; } });
class K { constructor() { return Object.create(new.target.prototype); } }
print(new K() instanceof K, Object.prototype.valueOf.call("s") instanceof String, t(() => Object.prototype.valueOf.call(null)));
var order = [];
var logger = (n, v) => ({ get [n]() { order.push(n); return v; } });
var desc = {};
for (var n of ["set", "get", "writable", "value", "configurable", "enumerable"]) (n => Object.defineProperty(desc, n, { get() { order.push(n); return undefined; } }))(n);
t(() => Object.defineProperty({}, "k", desc));
print(order);
