// A guard fails inside an inlined constructor, base and derived, before and after `this` has properties.
class A { constructor(x) { this.x = x + 1; this.y = x * 2; } }
class B extends A { constructor(x) { super(x); this.z = this.x - x; } }
function make(x) { const a = new A(x), b = new B(x); return a.x + ":" + a.y + ":" + b.z; }
let out; for (let i = 0; i < 100; i++) out = make(i);
print(out, make(0.5), make("1"), make(2147483647), Object.keys(new B(1)).join());
//> 100:198:1 1.5:1:1 11:2:10 2147483648:4294967294:1 x,y,z
