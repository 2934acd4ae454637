// Private names: fields, methods, accessors, statics, brand checks, order, nesting.
class A {
  #x = 1;
  static #count = 0;
  #m(y) { return this.#x + y; }
  get #acc() { return this.#x * 10; }
  set #acc(v) { this.#x = v; }
  static #s() { return ++A.#count; }
  static made() { return A.#s(); }
  *#gen() { yield this.#x; }
  async #am() { return this.#x; }
  test() {
    this.#acc = 5;
    this.#x++;
    this.#x **= 2;
    this.#x ||= 1;
    const { z = this.#m(1) } = {};
    [this.#x] = [this.#x + 0.5];
    ({ a: this.#x } = { a: this.#x });
    return [this.#x, this.#acc, this.#m?.(2), z, [...this.#gen()][0], this?.#x, new A()?.#m(1)].join();
  }
  static has(o) { return #x in o && #m in o && #acc in o; }
  static get(o) { return o.#x; }
  static set(o, v) { o.#x = v; }
  static callM(o) { return o.#m(1); }
  static setM(o) { o.#m = 1; }
  static name2 = (() => this.#s.name + this.made())();
  inner() { return class { static get(o) { return o.#x; } }.get(this); }
  promise() { return this.#am(); }
}
var a = new A();
print(a.test(), A.has(a), A.has({}), A.made(), A.name2, a.inner());
//> 36.5,365,38.5,37,36.5,36.5,2 true false 2 #s1 36.5
for (const f of [() => A.get({}), () => A.set({}, 1), () => A.callM({}), () => A.setM(a), () => A.has(1), () => A.get(null)]) {
  try { f(); print("no error"); } catch (e) { print(e.constructor.name, e.message); }
}
//> TypeError Cannot read private member #x from an object whose class did not declare it
//> TypeError Cannot write private member #x to an object whose class did not declare it
//> TypeError Cannot read private member #m from an object whose class did not declare it
//> TypeError Private method '#m' is not writable
//> TypeError Cannot use 'in' operator to search for '#x' in 1
//> TypeError Cannot read properties of null (reading '#x')
print(JSON.stringify(a), Object.keys(a).length, Reflect.ownKeys(a).length);
//> {} 0 0
Object.freeze(a);
A.set(a, 9);
print(A.get(a));
//> 9
// return override puts fields on any object, once
class Base { constructor(o) { return o; } }
class Stamp extends Base { #y = "stamped"; static read(o) { return o.#y; } }
var o = {};
new Stamp(o);
print(Stamp.read(o));
try { new Stamp(o); } catch (e) { print(e.constructor.name); }
//> stamped
//> TypeError
// two evaluations of one class have different names
function make() { return class { #p = 1; static has(o) { return #p in o; } }; }
var [M, N] = [make(), make()];
print(M.has(new M()), M.has(new N()));
//> true false
// order: methods before fields, keys before values
var order = [];
var key = (k) => (order.push("key " + k), k);
class O {
  [key("a")] = order.push("value a");
  static [key("b")] = order.push("static b");
  #f = order.push("private " + this.#late());
  #late() { return "method"; }
  static { order.push("block"); }
  [key("c")]() {}
}
new O();
print(order.join());
//> key a,key b,key c,static b,block,value a,private method
class G { get #only() { return 1; } set #wo(v) {} t() { try { this.#only = 2; } catch (e) { print(e.message); } try { this.#wo; } catch (e) { print(e.message); } } }
new G().t();
//> '#only' was defined without a setter
//> '#wo' was defined without a getter
var sum = 0;
class Hot { #n = 0; bump(k) { this.#n += k; return this.#n; } }
var hot = new Hot();
for (let i = 0; i < 2000; i++) sum += hot.bump(i & 1);
print(sum);
//> 1000000
print(class { static #x = 1; static name = "own"; }.name, (class {}).name === "", { f: class {} }.f.name);
//> own true f
a.promise().then((v) => print("async", v));
//> async 9
