const o = { length: 2, 0: "a", 1: "b" }; print(Array.prototype.map.call(o, (x) => x + x).join(), Array.prototype.push.call(o, "c"), o.length, Array.prototype.join.call("xyz", "."), Array.prototype.indexOf.call("xyz", "y"));
class MyA extends Array { sum() { return this.reduce((p, q) => p + q, 0); } } const m = MyA.from([1, 2, 3]); print(m.sum(), m.map((x) => x * 2).sum(), m instanceof MyA, m.filter((x) => x > 1).constructor === MyA, m.length, new MyA(3).length);
//> aa,bb 3 3 x.y.z 1
//> 6 12 true true 3 3
