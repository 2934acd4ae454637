function risky(i) { if (i % 10 === 7) throw new RangeError("i=" + i); if (i % 13 === 5) null.x; return i; }
function guard(i) { let log = ""; try { log += risky(i); } catch (e) { log += e.name; } finally { log += "!"; } return log; }
let out = "";
for (let i = 0; i < 100; i++) out = (out + guard(i)).slice(-60);
print(out);
function over() { try { return "try"; } finally { return "finally"; } }
print(over());
L: for (let i = 0; i < 3; i++) { try { continue L; } finally { print("f" + i); } }
try { throw { code: 5 }; } catch ({ code }) { print(code); }
//> ngeError!88!89!90!91!92!93!94!95!TypeError!RangeError!98!99!
//> finally
//> f0
//> f1
//> f2
//> 5
