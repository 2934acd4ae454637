// Sizes beyond every limit: an error with a name, at once.
function show(f) {
  let result;
  try { result = "fine " + String(f()).slice(0, 20); } catch (e) { result = e.name + ": " + String(e.message).slice(0, 60); }
  print(String(f).slice(6, 60), "->", result);
}
show(() => 2n ** 100000000000n);
show(() => 1n << 100000000000n);
show(() => (1n << 1000n) >> 100000000000n);
show(() => BigInt.asUintN(2 ** 53 - 1, -1n));
show(() => { let x = 3n; for (;;) x *= x; });
show(() => new Array(4294967296));
show(() => { const a = []; a.length = -1; });
show(() => { const a = []; a[4294967294] = 1; a.push(1, 2); });
show(() => Array.from({ length: 2 ** 32 }));
show(() => Array.prototype.push.call({ length: 2 ** 53 - 1 }, 1));
show(() => Array.prototype.unshift.call({ length: 2 ** 53 - 1 }, 1));
show(() => Array.prototype.slice.call({ length: 2 ** 33 }));
show(() => [].toSpliced.call({ length: 2 ** 53 - 1 }, 0, 0, 1));
show(() => [].with.call({ length: 2 ** 32 }, 0, 0));
show(() => Array(2 ** 32 - 1).toSorted());
show(() => new Uint8Array(2 ** 53));
show(() => new Float64Array(2 ** 40));
show(() => new ArrayBuffer(2 ** 40));
show(() => new ArrayBuffer(8, { maxByteLength: 2 ** 50 }));
show(() => new SharedArrayBuffer(2 ** 40));
show(() => new DataView(new ArrayBuffer(8)).getInt8(2 ** 60));
show(() => "x".padEnd(2 ** 31));
show(() => "abc".repeat(2 ** 30));
show(() => "abc".repeat(-1));
show(() => { let s = "a"; for (;;) s += s; });
show(() => Reflect.apply(print, null, { length: 2 ** 31 }));
show(() => Function.prototype.apply.call(print, null, { length: 2 ** 53 }));
show(() => (1.5).toFixed(101));
show(() => (1).toString(37));
show(() => new Date(8.64e15 + 1).toISOString());
show(() => "a".normalize("x"));
show(() => String.fromCodePoint(0x110000));
show(() => new RegExp("(?:a{1000}){1000}{1000}"));
show(() => Temporal.Duration.from({ years: 2 ** 32 }));
