const o = { b: 1, a: 2, 1: "x" }; print(Object.entries(o).join(";"), JSON.stringify(Object.fromEntries([["x", 1]])), Object.assign({}, o, null, { z: 1 }).z, Object.getOwnPropertyNames("ab").join(), Object.is(-0, 0));
print(JSON.stringify(Object.getOwnPropertyDescriptors({ get x() { return 1; }, y: 2 })), Object.isExtensible(Object.preventExtensions({})), Object.hasOwn(o, "a"), Object.values("hi").join());
Object.defineProperty(o, "hid", { value: 7 }); print(o.hid, Object.keys(o).includes("hid"), o.propertyIsEnumerable("hid"), Object.prototype.toString.call([]), Object.prototype.toString.call(null), String({}));
for (const bad of [() => Object.defineProperty(o, "hid", { value: 8 }), () => Object.defineProperty({}, "x", { get() {}, value: 1 }), () => Object.create(1), () => Object.setPrototypeOf(Object.freeze({}), {})]) try { bad(); } catch (e) { print(e.name); }
//> 1,x;b,1;a,2 {"x":1} 1 0,1,length false
//> {"x":{"enumerable":true,"configurable":true},"y":{"value":2,"writable":true,"enumerable":true,"configurable":true}} false true h,i
//> 7 false false [object Array] [object Null] [object Object]
//> TypeError
//> TypeError
//> TypeError
//> TypeError
