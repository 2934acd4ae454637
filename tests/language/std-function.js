function f(a, b) { return [this?.k, a, b].join(); } print(f.call({ k: 1 }, 2, 3), f.apply({ k: 1 }, [4]), f.bind({ k: 9 }, 1)(2), f.bind(null).name, f.bind(null, 1).length, f.name, f.length);
const B = function (x) { this.x = x; }.bind(null, 5); print(new B().x, typeof f.toString(), (() => {}).prototype, Function.prototype(), f instanceof Function); try { f.apply(null, 5); } catch (e) { print(e.name); }
//> 1,2,3 1,4, 9,1,2 bound f 1 f 2
//> 5 string undefined undefined true
//> TypeError
