class A { constructor(x) { this.x = x; } get double() { return this.x * 2; } set double(v) { this.x = v / 2; } m(k) { return this.x + k; } static make(x) { return new this(x); } }
class B extends A { constructor(x) { super(x); this.y = 1; } m(k) { return super.m(k) * 10 + this.y; } toString() { return `B(${this.x})`; } }
const list = [A.make(1), B.make(2), new B(3)];
let s = 0;
for (let i = 0; i < 200; i++) { const o = list[i % 3]; s += o.m(i) + o.double; if (i % 50 === 0) o.double = i; }
print(s, String(list[1]), list[2] instanceof A, Object.getPrototypeOf(B) === A);
A.prototype.m = function () { return -1; };
print(list.map((o) => o.m(1)).join());
//> 178967 B(50) true true
//> -1,-9,-9
