for (const E of [Error, TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError]) { const e = new E("m"); print(e.name, String(e), e instanceof Error, Object.getPrototypeOf(E) === (E === Error ? Function.prototype : Error), typeof e.stack); }
print(String(Object.assign(new Error("x"), { name: "" })), Error("no new").message, Error.prototype.toString.call({ name: "N", message: "" }), "message" in new Error(), new Error().hasOwnProperty("message"));
//> Error Error: m true true string
//> TypeError TypeError: m true true string
//> RangeError RangeError: m true true string
//> SyntaxError SyntaxError: m true true string
//> ReferenceError ReferenceError: m true true string
//> EvalError EvalError: m true true string
//> URIError URIError: m true true string
//> x no new N true false
