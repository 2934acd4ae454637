// Promise and the job queue.
var log = [];
function note(x) { log.push(x); }
Promise.resolve(1).then(v => { note("then " + v); return { then(f) { note("thenable"); f(2); } }; }).then(v => note("then " + v));
Promise.reject(new RangeError("r")).catch(e => { note(e.name); throw 3; }).finally(() => note("finally")).catch(e => note("caught " + e));
new Promise((f, r) => { f(4); r(5); f(6); }).then(note);
new Promise(() => { throw "x"; }).then(note, e => note("reject " + e));
var self = new Promise(f => Promise.resolve().then(() => f(self)));
self.catch(e => note(e.name + ": " + e.message));
Promise.all([1, Promise.resolve(2), { then(f) { f(3); } }]).then(v => note("all " + v));
Promise.all([]).then(v => note("empty " + v.length));
Promise.allSettled([1, Promise.reject(2)]).then(v => note(JSON.stringify(v)));
Promise.any([Promise.reject(1), Promise.reject(2)]).catch(e => note(e.constructor.name + " " + e.errors + " " + e.message));
Promise.any([Promise.reject(1), 7]).then(v => note("any " + v));
Promise.race([new Promise(() => {}), 8, 9]).then(v => note("race " + v));
Promise.try((a, b) => a + b, 1, 2).then(v => note("try " + v));
Promise.try(() => { throw 1; }).catch(v => note("try threw " + v));
var w = Promise.withResolvers();
w.promise.then(v => note("with " + v));
w.resolve("resolvers");
queueMicrotask(() => note("micro"));
class P extends Promise {}
var p = P.resolve(1);
note(p instanceof P && p.then(x => x) instanceof P && P.resolve(p) === p && Promise.resolve(p) !== p);
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
print(t(() => Promise()), t(() => new Promise(1)), t(() => Promise.resolve.call(1)), t(() => Promise.prototype.then.call({})), t(() => Promise.reject.call(function () {})));
print(Object.prototype.toString.call(p), Promise.length, Promise.name, Promise[Symbol.species] === Promise, Promise.prototype.constructor === Promise);
class Q extends Promise { static resolve() { throw "no resolve"; } }
Q.all({ [Symbol.iterator]() { return { next() { return { value: 1 }; }, return() { note("closed"); return {}; } }; } }).catch(e => note(e));
note("sync end");
Promise.resolve().then(() => {}).then(() => {}).then(() => {}).then(() => {}).then(() => {}).then(() => {}).then(() => {}).then(() => {}).then(() => print(log.join("\n")));
