const kinds = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array, Float32Array, Float64Array];
function fill(a) { for (let i = 0; i < a.length; i++) a[i] = i * 100.7 - 300; return a; }
for (const K of kinds) print(K.name, fill(new K(8)).join());
const b = new ArrayBuffer(8), f = new Float64Array(b), u = new Uint32Array(b);
for (let i = 0; i < 50; i++) f[0] = i / 3;
print(u[0], u[1], b.byteLength);
u[1] = 0x7ff80001; print(f[0]);
//> Int8Array -44,57,-98,2,102,-53,48,-108
//> Uint8Array 212,57,158,2,102,203,48,148
//> Uint8ClampedArray 0,0,0,2,103,204,255,255
//> Int16Array -300,-199,-98,2,102,203,304,404
//> Uint16Array 65236,65337,65438,2,102,203,304,404
//> Int32Array -300,-199,-98,2,102,203,304,404
//> Uint32Array 4294966996,4294967097,4294967198,2,102,203,304,404
//> Float32Array -300,-199.3000030517578,-98.5999984741211,2.0999999046325684,102.80000305175781,203.5,304.20001220703125,404.8999938964844
//> Float64Array -300,-199.3,-98.6,2.1000000000000227,102.80000000000001,203.5,304.20000000000005,404.9
//> 1431655765 1076909397 8
//> NaN
