class A { constructor() { this.t = new.target.name; } static s() { return "s" + this.name; } get v() { return 1; } ["comp" + 1]() { return 2; } static get q() { return 3; } }
class B extends A { get v() { return super.v + 10; } static s() { return "B" + super.s(); } }
const b = new B(); print(b.t, b.v, b.comp1(), B.s(), A.q, B.q, typeof A, Object.keys(b).join());
try { A(); } catch (e) { print(e.name); }
try { new (class extends A { constructor() {} })(); } catch (e) { print(e.name); }
class N extends null { static f() { return 1; } } print(N.f());
print(class X {}.name, (class {}).name, new (class { m() { return 5; } })().m());
//> B 11 2 BsB 3 3 function t
//> TypeError
//> ReferenceError
//> 1
//> X  5
