// Function.prototype.
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
function add(a, b, c = 3, ...d) { return [this && this.k, a, b, c, d.length].join("/"); }
print(add.length, add.name, add.call({ k: 1 }, 1, 2), add.apply({ k: 2 }, [1, 2, 4, 5, 6]), add.apply({ k: 3 }, { length: 2, 0: "x" }));
var bound = add.bind({ k: "b" }, 10);
print(bound(20), bound.name, bound.length, bound.hasOwnProperty("prototype"), bound.bind(null, 20).name, bound.bind(null, 20)(30));
function Point(x, y) { this.x = x; this.y = y; }
var P = Point.bind(null, 1), q = new P(2);
print(q.x, q.y, q instanceof Point, q instanceof P, Object.getPrototypeOf(P) === Function.prototype);
print(t(() => add.apply(null, 1)), t(() => Function.prototype.call.call(1)), t(() => Function.prototype.bind.call({})), t(() => Function.prototype.apply.call(null)));
print((function foo(a, b) { /* body */ return a; }).toString());
print(((a, b) => a + b).toString(), ({ m(x) { return x; } }).m.toString(), ({ get g() { return 1; } }, Object.getOwnPropertyDescriptor({ get g() { return 1; } }, "g").get.toString()));
print((class A { constructor() {} m() {} }).toString());
print(Math.max.toString(), bound.toString(), t(() => Function.prototype.toString.call({})));
print(typeof Function.prototype, Function.prototype(), Function.prototype.name === "", Function.prototype.length, Object.getOwnPropertyNames(Function.prototype)[0]);
print(Function.prototype[Symbol.hasInstance].call(Point, q), Point[Symbol.hasInstance](1), ({}) instanceof { [Symbol.hasInstance]: v => true }, t(() => ({}) instanceof {}), t(() => ({}) instanceof (() => 1)));
var o = { [Symbol("desc")]() {}, ["a" + 1]: () => 1, get acc() { return 1; } };
print(o[Object.getOwnPropertySymbols(o)[0]].name, o.a1.name, Object.getOwnPropertyDescriptor(o, "acc").get.name, (() => 1).name, 1);
print(t(() => new (() => 1)()), t(() => new Math.max()), t(() => new ({ m() {} }).m()), t(() => new (add.bind())(1).x));
var f = function () {};
f.prototype = { v: 1 };
print(new f().v, Object.getOwnPropertyNames(() => 1), delete f.name, f.name === "", f.hasOwnProperty("name"));
Object.defineProperty(f, "length", { value: 2.7, configurable: true, writable: true });
print(f.bind(null, 1).length, (Object.defineProperty(f, "length", { value: -Infinity }), f.bind().length), (Object.defineProperty(f, "length", { value: "x" }), f.bind().length));
print(Reflect.apply(add, { k: 9 }, [1, 2]), Reflect.construct(Point, [5, 6], Array) instanceof Array, Reflect.construct(Point, [5, 6]).y);
