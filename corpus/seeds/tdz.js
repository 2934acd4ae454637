function f(b) { if (b) { try { return x; } catch (e) { return e.name; } } let x = 5; return x; }
for (let i = 0; i < 60; i++) f(false);
print(f(false), f(true));
try { (function (a = c, c = 1) {})(); } catch (e) { print(e.name); }
try { class C extends C {} } catch (e) { print(e.name); }
{ function hoisted() { return "block"; } } print(hoisted());
//> 5 ReferenceError
//> ReferenceError
//> ReferenceError
//> block
