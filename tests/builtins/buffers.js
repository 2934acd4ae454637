// Buffers that change, BigInt and half-precision elements, DataView, Atomics, Date, iterator helpers.
var b = new ArrayBuffer(8, { maxByteLength: 16 });
var u = new Uint8Array(b), f = new Uint8Array(b, 4, 4);
print(u.length, f.length, b.resizable); b.resize(16); print(u.length, f.length); b.resize(6); print(u.length, f.length, f.byteOffset);
b.resize(12); print(f.length); 
var c = b.transfer(); print(b.detached, u.length, c.byteLength, c.resizable);
print(new BigInt64Array([1n, -1n])[1], new Float16Array([1.337, 65520])[0], new Float16Array([65520])[0]);
print(new Date(0).toISOString(), new Date(2024, 1, 29, 12).getDay(), Date.parse("2000-01-01T00:00:00+01:00"), new Date("Jan 2 2000 03:04:05 GMT+0100").toISOString(), String(new Date(NaN)));
print([...Iterator.from([1, 2, 3, 4]).filter(x => x % 2).map(x => x * 2)], Iterator.zip([[1, 2], ["a", "b"]]).toArray().join("|"));
var dv = new DataView(new ArrayBuffer(16), 2); dv.setFloat64(0, Math.PI); print(dv.getFloat64(0), dv.getUint8(0), dv.byteLength);
var s = new Int32Array(new SharedArrayBuffer(8)); print(Atomics.add(s, 0, 5), Atomics.load(s, 0), Atomics.compareExchange(s, 0, 5, 7), s[0]);
function t(f) { try { return String(f()); } catch (e) { return e.name; } }
// Optimised code must notice that a buffer shrinks, grows or goes.
var rb = new ArrayBuffer(64, { maxByteLength: 128 }), ra = new Int32Array(rb), total = 0;
function sum(a) { var s = 0; for (var i = 0; i < a.length; i++) s += a[i]; return s; }
for (var k = 0; k < 400; k++) {
  ra[k % 16] = k;
  total += sum(ra);
  if (k % 50 === 20) rb.resize(32);
  if (k % 50 === 30) rb.resize(128);
  if (k % 50 === 40) rb.resize(64);
}
print(total, ra.length, ra[20], t(() => new Int32Array(rb, 60).length));
var fixed = new Float64Array(4), buffer = fixed.buffer;
function first(a) { return a[0]; }
fixed[0] = 1.5;
for (var k = 0; k < 300; k++) first(fixed);
var moved = buffer.transfer(8);
print(first(fixed), fixed.length, fixed.byteOffset, t(() => fixed.fill(1)), t(() => [...fixed]), new Float64Array(moved)[0], t(() => buffer.slice(0)), buffer.detached);
var big = new BigUint64Array(4);
for (var k = 0; k < 300; k++) big[k & 3] += BigInt(k);
print(big.join(), t(() => big[0] = 1), t(() => big.set([1n, 2])), big.includes(11026n), big.sort().join(), big.with(0, 5n)[0], t(() => new BigInt64Array(new Int8Array(1))));
var half = new Float16Array([1.1, -2.5, 1e-8, NaN]);
for (var k = 0; k < 200; k++) half[1] = half[1] * -1;
print(half.join(), Math.f16round(1.337), new DataView(new Float16Array([1]).buffer).getUint16(0, true));
