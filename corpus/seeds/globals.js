var g = 1; let l = 2; const k = 3;
function f() { g = g + l; l = g - k; return g; }
for (let i = 0; i < 30; i++) f();
print(g, l);
globalThis.g = 0.5; print(f());
try { k = 4; } catch (e) { print(e.name); }
try { undefinedName; } catch (e) { print(e.message); }
print(typeof undefinedName, typeof globalThis.l, globalThis.g === g, delete globalThis.g);
function redefined() { return 1; }
function callIt() { return redefined(); }
for (let i = 0; i < 50; i++) callIt();
redefined = () => 2; print(callIt());
//> 3 0
//> 0.5
//> TypeError
//> undefinedName is not defined
//> undefined undefined true false
//> 2
