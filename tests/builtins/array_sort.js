// Sorting: default order, comparators, stability, holes and undefined, changes under way.
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
function show(a) { var r = []; for (var i = 0; i < a.length; i++) r.push(i in a ? String(a[i]) : "_"); return "[" + r.join() + "]"; }
print([10, 9, 1, 100].sort(), ["b", "a", "B", "é", "z", "aa", ""].sort(), [true, null, 5, "x", NaN, -1].sort(), [1.5, -0.5, 10.25].sort());
print(show([3, , undefined, 1, , 2].sort()), show([, ,].sort()), show([undefined, 3, undefined, 1].sort((a, b) => b - a)));
print([3, 1, 2].sort(undefined), t(() => [1].sort(null)), t(() => [1].sort(5)), t(() => [2, 1].sort(() => { throw new RangeError(); })), t(() => [Symbol(), 1].sort()));
var seed = 12345;
function random() { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed; }
var items = [];
for (var i = 0; i < 500; i++) items.push({ k: random() % 20, i });
items.sort((a, b) => a.k - b.k);
print(items.every((x, i) => i === 0 || items[i - 1].k < x.k || (items[i - 1].k === x.k && items[i - 1].i < x.i)));
var numbers = [];
for (var i = 0; i < 1000; i++) numbers.push(random() % 10000 - 5000);
var sorted = numbers.toSorted((a, b) => a - b);
print(sorted.every((x, i) => i === 0 || sorted[i - 1] <= x), sorted.length, numbers.slice().sort().join() === numbers.map(String).sort().join());
print([5, 2, 8].sort((a, b) => b - a), [5, 2, 8].sort(() => 0), [5, 2, 8].sort((a, b) => ({ valueOf: () => a - b })), ["b", "a"].sort((a, b) => a < b ? -1 : 1), [2, 1].sort((a, b) => NaN));
var shrinking = [5, 4, 3, 2, 1];
shrinking.sort((a, b) => { shrinking.length = 0; return a - b; });
print(show(shrinking));
var like = { length: 4, 0: "b", 2: "a", 3: undefined };
Array.prototype.sort.call(like);
print(like[0], like[1], like[2], 3 in like, 2 in like);
print([2, 1].toSorted(), t(() => [1].toSorted("x")), show([, 2, 1].toSorted()), Array.prototype.toSorted.call({ length: 2, 0: 2, 1: 1 }));
var objects = [{ toString: () => "b" }, { toString: () => "a" }];
print(objects.sort()[0] + "", [[2], [10], [1]].sort().join("|"), [..."hello world"].sort().join(""));
