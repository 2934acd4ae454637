// Symbol and the Error constructors.
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
print(Symbol("a").toString(), Symbol().toString(), Symbol("a").description, Symbol().description, Symbol("").description === "", typeof Symbol(), t(() => new Symbol()), t(() => Symbol() + 1), Symbol("a") === Symbol("a"));
print(Symbol.for("k") === Symbol.for("k"), Symbol.keyFor(Symbol.for("k")), Symbol.keyFor(Symbol("k")), t(() => Symbol.keyFor("k")), Symbol.for("k").description, Symbol.for(12) === Symbol.for("12"));
var s = Symbol("q"), o = Object(s);
print(typeof o, o == s, o === s, o.valueOf() === s, o.description, Object.prototype.toString.call(s), t(() => Symbol.prototype.toString.call(1)), { [o]: 5 }[s], JSON.stringify({ [s]: 1, a: s }), s[Symbol.toPrimitive]() === s);
print(Symbol.iterator.toString(), Symbol.asyncIterator.description, Object.getOwnPropertyDescriptor(Symbol, "iterator").writable, Symbol.prototype[Symbol.toStringTag]);
for (var E of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) {
  var e = new E("msg", { cause: 5 });
  print(e.name, e.message, e.cause, String(e), e instanceof Error, e instanceof E, E("x").message, E.length, E.prototype.hasOwnProperty("message"), Object.getPrototypeOf(E) === (E === Error ? Function.prototype : Error), Object.keys(e).length, "cause" in new E("a", {}), new E().hasOwnProperty("message"), Object.prototype.toString.call(e));
}
var ag = new AggregateError([1, new Error("in")], "many", { cause: 1 });
print(ag.errors.length, ag.message, ag.cause, ag.name, ag instanceof Error, String(ag), AggregateError([]).errors.length, AggregateError.length, Object.keys(ag).length);
print(Error.prototype.toString.call({ name: "N", message: "M" }), Error.prototype.toString.call({}), Error.prototype.toString.call({ name: "", message: "only" }), Error.prototype.toString.call({ name: undefined, message: undefined }), t(() => Error.prototype.toString.call(1)), new Error(undefined).hasOwnProperty("message"), new Error(null).message, t(() => new Error(Symbol())));
class My extends RangeError { constructor(m) { super(m + "!"); this.name = "My"; } }
var m = new My("hi");
print(String(m), m instanceof RangeError, m instanceof My, m.message, typeof m.stack, Object.getPrototypeOf(m) === My.prototype);
try { null.x; } catch (e) { print(e.constructor === TypeError, e.name); }
try { undefinedName; } catch (e) { print(e.constructor === ReferenceError, e.message); }
try { [].reduce((a) => a); } catch (e) { print(e.message); }
try { throw 5; } catch (e) { print(e); }
var order = [];
new Error({ toString() { order.push("message"); return ""; } }, { get cause() { order.push("cause"); } });
print(order);
