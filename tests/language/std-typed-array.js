const u = new Uint8ClampedArray([1.5, 300, -5, NaN]); print(u.join(), new Int8Array([128, 255, -129]).join(), new Float32Array([0.1])[0], new Uint32Array([-1])[0], Int16Array.BYTES_PER_ELEMENT);
const b = new ArrayBuffer(16), d = new Float64Array(b, 8, 1), w = new Int32Array(b); d[0] = -1.5; print(w.join(), d.byteOffset, d.length, b.slice(8).byteLength, ArrayBuffer.isView(d));
print(Int32Array.from([1, 2, 3], (x) => x * 2).join(), Uint8Array.of(1, 2).length, w.subarray(1, 3).length, new Uint8Array([3, 1, 2]).sort().join(), w.map((x) => 1).join(), new Int8Array(2).fill(7).join(), "1.5" in u, "0" in u, u.hasOwnProperty(4));
for (const bad of [() => new Int32Array(b, 1), () => new Int8Array(-1), () => Int8Array(1), () => new Int32Array(new ArrayBuffer(5))]) try { bad(); } catch (e) { print(e.name); }
//> 2,255,0,0 -128,-1,127 0.10000000149011612 4294967295 2
//> 0,0,0,-1074266112 8 1 8 true
//> 2,4,6 2 2 1,2,3 1,1,1,1 7,7 false true false
//> RangeError
//> RangeError
//> TypeError
//> RangeError
