// Generators: protocol, finally, delegation, prototypes, suspension in every kind of place.
function* count(n) {
  for (let i = 0; i < n; i++) {
    const sent = yield i;
    if (sent !== undefined) print("sent", sent);
  }
  return "end";
}
var g = count(3);
print(JSON.stringify([g.next("ignored"), g.next("a"), g.next(), g.next(), g.next()]));
//> sent a
//> [{"value":0,"done":false},{"value":1,"done":false},{"value":2,"done":false},{"value":"end","done":true},{"done":true}]
print([...count(4)].join(), Math.max(...count(5)));
//> 0,1,2,3 4

function* guarded() {
  try {
    yield 1;
    yield 2;
  } catch (e) {
    print("caught", e);
    yield "after";
  } finally {
    print("finally");
    yield "last";
    print("left");
  }
}
g = guarded();
print(g.next().value, g.throw("boom").value, g.next().value, JSON.stringify(g.next()));
//> caught boom
//> finally
//> left
//> 1 after last {"done":true}
g = guarded();
print(g.next().value, JSON.stringify(g.return(7)), JSON.stringify(g.next()), JSON.stringify(g.next()));
//> finally
//> left
//> 1 {"value":"last","done":false} {"value":7,"done":true} {"done":true}
g = guarded();
print(JSON.stringify(g.return(5)), JSON.stringify(g.next()));
//> {"value":5,"done":true} {"done":true}
g = guarded();
try { g.throw(new Error("early")); } catch (e) { print(e.message, g.next().done); }
//> early true

function* inner() {
  try {
    const x = yield "i1";
    print("inner got", x);
    yield "i2";
    return "inner result";
  } finally {
    print("inner done");
  }
}
function* outer() {
  const r = yield* inner();
  print("delegate gave", r);
  yield* [10, 20];
  return yield* (function* () { return 5; })();
}
g = outer();
print(g.next().value, g.next("hello").value, g.next().value, g.next().value, JSON.stringify(g.next()));
//> inner got hello
//> inner done
//> delegate gave inner result
//> i1 i2 10 20 {"value":5,"done":true}
g = outer();
g.next();
print(JSON.stringify(g.return("r")));
//> inner done
//> {"value":"r","done":true}
g = outer();
g.next();
try { g.throw("t"); } catch (e) { print("out", e); }
//> inner done
//> out t

function* without() { yield* { [Symbol.iterator]() { return { next() { return { value: 1, done: false }; } }; } }; }
g = without();
g.next();
try { g.throw(1); } catch (e) { print(e.constructor === TypeError); }
//> true
g = without();
g.next();
print(JSON.stringify(g.return(3)));
//> {"value":3,"done":true}

// values that live across suspensions
function* spread(a, b = a + 1, ...rest) {
  var f = (x) => x + a;
  return [yield a, f(yield b), `${yield rest.length}-${this.tag}`, arguments.length, yield, { k: yield* [9], [yield "key"]: 1 }];
}
var o = { spread, tag: "T" };
g = o.spread(1, undefined, 5, 6);
var r = g.next();
var out = [];
while (!r.done) { out.push(r.value); r = g.next(out.length); }
print(out.join(), JSON.stringify(r.value));
//> 1,2,2,,9,key [1,3,"3-T",4,4,{"6":1}]

// methods, classes, computed names, contexts
class C {
  *[Symbol.iterator]() { for (const x of this.items) yield () => x; }
  static *s() { yield super.toString === Function.prototype.toString; }
  items = [1, 2, 3];
}
print([...new C()].map((f) => f()).join(), C.s().next().value);
//> 1,2,3 true

// prototypes
var GF = Object.getPrototypeOf(count);
print(GF[Symbol.toStringTag], Object.getPrototypeOf(GF) === Function.prototype, GF.prototype === Object.getPrototypeOf(count.prototype));
//> GeneratorFunction true true
print(Object.getPrototypeOf(g) === o.spread.prototype, Object.prototype.toString.call(g), "prototype" in count, "constructor" in count.prototype);
//> true [object Generator] true true
try { new count(); } catch (e) { print(e.constructor === TypeError); }
//> true
count.prototype = null;
print(Object.getPrototypeOf(count(1)) === GF.prototype);
//> true

// running twice, recursion, brand
function* self() { try { me.next(); } catch (e) { yield e.constructor === TypeError; } }
var me = self();
print(me.next().value);
//> true
try { GF.prototype.next.call({}); } catch (e) { print(e.constructor === TypeError); }
//> true
function* tree(n) { if (n > 0) { yield* tree(n - 1); yield n; yield* tree(n - 1); } }
print([...tree(4)].join(""));
//> 121312141213121

// iterators closed from outside, destructuring
function* closing() { try { yield 1; yield 2; yield 3; } finally { print("closed"); } }
for (const x of closing()) { if (x === 2) break; }
//> closed
var [p, q] = closing();
print(p, q);
//> closed
//> 1 2

// return in try with finally that yields, labelled continue
function* loops() {
  outer: for (var i = 0; i < 3; i++) {
    for (var j = 0; j < 3; j++) {
      try { if (j === 1) continue outer; yield i * 10 + j; } finally { yield "f" + i; }
    }
  }
}
print([...loops()].join());
//> 0,f0,f0,10,f1,f1,20,f2,f2

// hot: every tier compiles and resumes it
function* hot(n) { let s = 0; for (let i = 0; i < n; i++) { s += i * 0.5; yield s; } }
var total = 0;
for (let k = 0; k < 60; k++) for (const v of hot(60)) total += v;
print(total);
//> 1079700
