// Map, Set, WeakMap, WeakSet.
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
var k1 = {}, k2 = function () {}, sy = Symbol();
var m = new Map([[1, "one"], ["1", "s"], [NaN, "nan"], [-0, "zero"], [k1, "o"], [k2, "f"], [sy, "sym"], [null, "n"], [undefined, "u"], [true, "t"], [1.5, "d"]]);
print(m.size, m.get(1), m.get("1"), m.get(NaN), m.get(0), m.get(k1), m.get(k2), m.get(sy), m.get(null), m.get(undefined), m.get(), m.get(true), m.get(1.5), m.get({}), m.get("one".slice(0, 1)));
print(m.set(1, "uno") === m, m.get(1), m.size, m.delete(1), m.delete(1), m.has(1), m.size, [...m.keys()].map(String).slice(0, 3));
print(t(() => new Map([1])), t(() => new Map(5)), new Map(null).size, t(() => Map()), t(() => Map.prototype.get.call({})), t(() => Map.prototype.get.call(new Set(), 1)), t(() => m.forEach(1)));
print([...new Map([["a", 1]]).entries()].join(), [...new Map([["a", 1]]).values()], Object.prototype.toString.call(m), Object.prototype.toString.call(m.keys()), m.entries().next().value.length);
// Changes during iteration.
var live = new Map([[1, 1], [2, 2], [3, 3]]), seen = [];
for (var [k, v] of live) { seen.push(k); if (k === 1) { live.delete(1); live.delete(2); live.set(4, 4); } if (k === 4 && seen.length < 6) { live.delete(4); live.set(4, 5); } }
print(seen);
live = new Map([[1, 1], [2, 2]]);
seen = [];
live.forEach((v, k) => { seen.push(k); if (seen.length === 1) { live.clear(); live.set("x", 1); live.set("y", 2); } });
print(seen, live.size);
var it = live.keys();
it.next();
for (var i = 0; i < 1000; i++) live.set(i, i);
for (var i = 0; i < 990; i++) live.delete(i);
live.delete("x");
print(it.next().value, it.next().value, [...it], it.next().done, live.size);
var grow = new Set([0]), count = 0;
for (var x of grow) { count++; if (x < 200) grow.add(x + 1); }
print(count, grow.size);
// Large tables with all kinds of keys.
var big = new Map(), keys = [];
for (var i = 0; i < 2000; i++) { var key = i % 4 === 0 ? { i } : i % 4 === 1 ? "k" + i : i % 4 === 2 ? i : i + 0.5; keys.push(key); big.set(key, i); }
print(big.size, keys.every((k, i) => big.get(k) === i), keys.filter((k, i) => i % 3 && big.delete(k)).length, big.size, keys.every((k, i) => big.has(k) === (i % 3 === 0)), [...big.values()].slice(0, 4));
print([...new Map([[1, 2]]).set(3, 4)].join("|"), Map.groupBy([1, 2, 3, -0, 0], x => x % 2 === 0 ? 0 : -x).get(0).length, [...Map.groupBy("aab", c => c)].join(";"), t(() => Map.groupBy(null, x => x)), t(() => Map.groupBy([], 1)));
var g = Object.groupBy([1, 2, 3, 4], (x, i) => i < 2 ? "lo" : "hi");
print(Object.keys(g), g.lo, g.hi, Object.getPrototypeOf(g), t(() => Object.groupBy([1], () => { throw new RangeError(); })));
class M2 extends Map { set(k, v) { return super.set(k, v * 2); } }
print(new M2([[1, 5]]).get(1), new M2() instanceof Map, Map[Symbol.species] === Map);
var s = new Set([3, 1, 3, NaN, NaN, 0, -0, "a"]);
print([...s].join(), s.size, s.add(1) === s, s.has(NaN), s.delete(3), s.has(3), [...s.entries()][0].join(), Object.prototype.toString.call(s), Set.prototype.keys === Set.prototype.values, Set.prototype[Symbol.iterator] === Set.prototype.values);
s.forEach((a, b, c) => { if (!Object.is(a, b) || c !== s) print("bad", a === b); });
print(t(() => Set()), t(() => new Set(1)), new Set("hello").size, (s.clear(), s.size), t(() => Set.prototype.add.call(new Map(), 1)));
var A = new Set([1, 2, 3]), B = new Set([3, 4, 2]);
var list = x => [...x].join();
print(list(A.union(B)), list(A.intersection(B)), list(A.difference(B)), list(A.symmetricDifference(B)), A.isSubsetOf(B), new Set([2]).isSubsetOf(A), A.isSupersetOf(new Set([1])), A.isDisjointFrom(new Set([9])), A.isDisjointFrom(B), list(A.union(new Map([[7, 8]]))), t(() => A.union([1])), t(() => A.union({ size: NaN, has() {}, keys() {} })), t(() => A.union({ size: -1, has() {}, keys() {} })), list(A.intersection({ size: 1, has: x => true, keys: () => [2, 5].values() })));
var wm = new WeakMap([[k1, 1]]), ws = new WeakSet([k1, k2]);
print(wm.get(k1), wm.has(k2), wm.set(k2, 2) === wm, wm.delete(k2), wm.has(k2), wm.get(1), t(() => wm.set(1, 1)), t(() => wm.set(Symbol.for("x"), 1)), wm.set(sy, 3).get(sy), t(() => WeakMap()));
print(ws.has(k1), ws.delete(k1), ws.has(k1), ws.add(sy).has(sy), t(() => ws.add("x")), t(() => WeakSet.prototype.has.call(new Set(), 1)), Object.prototype.toString.call(ws));
var closed = 0;
var iterable = { [Symbol.iterator]() { return { next: () => ({ value: 1, done: false }), return() { closed++; return {}; } }; } };
print(t(() => new Map(iterable)), closed, t(() => new WeakSet(iterable)), closed);
