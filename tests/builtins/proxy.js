// Proxy: every trap, invariants, revocation.
function t(f) { try { return String(f()); } catch (e) { return e.name; } }
var log = [];
var handler = new Proxy({}, { get(_, trap) { return function (...args) { log.push(trap); return Reflect[trap](...args); }; } });
var target = { a: 1, get b() { return this.a; } };
var p = new Proxy(target, handler);
p.a; p.x = 2; delete p.x; "a" in p; Object.keys(p); Object.getPrototypeOf(p); Object.setPrototypeOf(p, null); Object.isExtensible(p);
Object.defineProperty(p, "c", { value: 3, configurable: true }); Object.getOwnPropertyDescriptor(p, "c"); ({ ...p });
Object.preventExtensions(p);
print(log.join());
log.length = 0;
var f = new Proxy(function (x) { return new.target ? { made: x } : x * 2; }, handler);
print(f(4), new f(5).made, typeof f, f.call(null, 6), Reflect.construct(f, [1]).made, log.join());
print(Array.isArray(new Proxy([], {})), JSON.stringify(new Proxy([1, { a: 2 }], {})), JSON.stringify(new Proxy({ z: 1 }, {})), [].concat(new Proxy([1, 2], {})).length, Object.prototype.toString.call(new Proxy([], {})), Object.prototype.toString.call(f), typeof new Proxy({}, {}));
var frozen = Object.freeze({ v: 1 });
print(t(() => new Proxy(frozen, { get: () => 2 }).v), t(() => "v" in new Proxy(frozen, { has: () => false })), t(() => Object.keys(new Proxy(frozen, { ownKeys: () => [] }))), t(() => Object.keys(new Proxy({}, { ownKeys: () => ["a", "a"] }))), t(() => Object.getPrototypeOf(new Proxy(frozen, { getPrototypeOf: () => null }))), t(() => delete new Proxy(frozen, { deleteProperty: () => true }).v), t(() => Object.isExtensible(new Proxy({}, { isExtensible: () => false }))), t(() => Object.preventExtensions(new Proxy({}, { preventExtensions: () => true }))), t(() => new (new Proxy(function () {}, { construct: () => 1 }))), t(() => Object.getOwnPropertyDescriptor(new Proxy({}, { getOwnPropertyDescriptor: () => ({ value: 1, configurable: false }) }), "x")));
(function () { "use strict"; print(t(() => { new Proxy({}, { set: () => false }).x = 1; }), t(() => delete new Proxy({}, { deleteProperty: () => false }).x), t(() => Object.defineProperty(new Proxy({}, { defineProperty: () => false }), "x", {}))); })();
var r = Proxy.revocable({}, {});
r.revoke(); r.revoke();
print(t(() => r.proxy.x), t(() => r.proxy.x = 1), t(() => Object.keys(r.proxy)), t(() => Array.isArray(r.proxy)), typeof r.proxy, t(() => Proxy({}, {})), t(() => new Proxy(1, {})));
var child = Object.create(new Proxy({}, { get: (_, k, receiver) => k + (receiver === child), has: (_, k) => k === "yes", set(_, k, v, r) { log.push(k + "=" + v + (r === child)); return true; } }));
log.length = 0;
child.foo = 1;
print(child.any, "yes" in child, "no" in child, log.join(), Object.keys(child).length);
var deep = {};
for (var i = 0; i < 100000; i++) deep = new Proxy(deep, {});
print(t(() => deep.x), t(() => Object.keys(deep)));
var loop = new Proxy({}, {}); Object.setPrototypeOf(loop, Object.create(loop));
print(t(() => loop.x));
var sum = 0, counting = new Proxy({ n: 1 }, { get: (o, k) => o[k] + 1 });
for (var i = 0; i < 400; i++) { sum += counting.n; if (i % 50 === 0) Object.defineProperty(counting, "n", { value: i, writable: true, configurable: true, enumerable: true }); }
print(sum, (class extends new Proxy(Object, {}) { m() { return 1; } }).prototype instanceof Object);
