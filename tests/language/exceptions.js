function f(x) { try { if (x) throw x; return "none"; } catch { return "caught"; } finally { print("finally", String(x)); } }
print(f(0), f(1), f("s"));
function nested() { try { try { throw 1; } finally { print("in"); } } catch (e) { try { throw e + 1; } catch (g) { return g; } } }
print(nested());
const e = new TypeError("msg", { cause: 5 }); print(e.name, e.message, String(e), e.cause, e instanceof Error, Object.keys(e).length);
class MyE extends Error { constructor(m) { super(m); this.name = "MyE"; } } try { throw new MyE("hi"); } catch (x) { print(String(x), x instanceof MyE); }
for (const t of [() => null.x, () => undefined(), () => ({}).f(), () => new 5(), () => { "use strict"; undeclared = 1; }, () => [].reduce((a) => a), () => "x".repeat(-1)]) try { t(); } catch (x) { print(x.name); }
//> finally 0
//> finally 1
//> finally s
//> none caught caught
//> in
//> 2
//> TypeError msg TypeError: msg 5 true 0
//> MyE: hi true
//> TypeError
//> TypeError
//> TypeError
//> TypeError
//> ReferenceError
//> TypeError
//> RangeError
