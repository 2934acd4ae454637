// Typed arrays and array buffers.
function t(f) { try { return String(f()); } catch (e) { return "throws " + e.name; } }
var names=[Int8Array,Uint8Array,Uint8ClampedArray,Int16Array,Uint16Array,Int32Array,Uint32Array,Float32Array,Float64Array];
for (var C of names) {
  print(C.name, C.length, C.BYTES_PER_ELEMENT, new C(3), new C([1.5,-1,300,NaN,"7"]), new C(new Float64Array([2.5,1e10,-3])), C.of(1,2), C.from([1,2,3],x=>x*2), C.from(new Set([5,6])), Object.prototype.toString.call(new C));
}
var b=new ArrayBuffer(8), u8=new Uint8Array(b), f=new Float64Array(b), u16=new Uint16Array(b,2,2);
f[0]=Math.PI; print(u8, u16, u16.byteOffset, u16.length, b.byteLength, b.slice(2,4).byteLength, ArrayBuffer.isView(u8), ArrayBuffer.isView(b));
print(t(()=>new Uint16Array(b,1)), t(()=>new Uint16Array(b,2,9)), t(()=>new Uint32Array(new ArrayBuffer(7))), t(()=>Uint8Array(1)), t(()=>new Uint8Array(-1)), t(()=>new ArrayBuffer(-1)), t(()=>new Uint8Array(b,10)));
var a=new Int16Array([5,3,9,-1,3]);
print(a.slice(1,3), a.subarray(1,3).byteOffset, a.sort(), a.toSorted((x,y)=>y-x), a.with(0,7), a.toReversed(), a.indexOf(3), a.lastIndexOf(3), a.includes(9), a.join("-"), a.at(-1));
print(a.map(x=>x*2), a.filter(x=>x>3), a.reduce((x,y)=>x+y), a.reduceRight((x,y)=>x+"."+y), a.every(x=>x>-5), a.some(x=>x>100), a.find(x=>x>3), a.findLast(x=>x<5), a.findIndex(x=>x==9), a.findLastIndex(x=>x==77));
a.set([1,2],3); print(a); a.set(a.subarray(0,3),1); print(a, a.copyWithin(0,2), a.fill(8,1,2), a.reverse());
print([...a.entries()].join("|"), [...a.keys()], [...a], t(()=>a.set([1],9)), t(()=>a.set([1],-1)));
print(new Float64Array([3,NaN,-0,0,-Infinity,1]).sort().join(), Object.is(new Float64Array([0,-0]).sort()[0],-0));
print(Object.getOwnPropertyNames(Object.getPrototypeOf(Int8Array.prototype)).sort().join());
print(Object.getOwnPropertyNames(Int8Array).join(), Object.getPrototypeOf(Int8Array).name, t(()=>new (Object.getPrototypeOf(Int8Array))()), t(()=>Object.freeze(new Int8Array(1))));
class M extends Uint8Array {}; var m=new M([1,2,3]); print(m.map(x=>x) instanceof M, m.slice(1).constructor.name, m.subarray(1).constructor.name, m.toSorted().constructor.name);
var x=new Float32Array([1.1]); print(x[0], x[5], "0" in x, 5 in x, delete x[9]);
var u=new Uint8Array(4); u[1]=257; u[7]=3; u.foo=1; print(Object.keys(u), u, JSON.stringify(u), JSON.stringify({a:new Int8Array(2)}));
var big=new Uint32Array([4294967295,-1,1.9]); print(big, new Uint8ClampedArray([1.5,2.5,0.5,-3,999,NaN]));
print(Array.from(new Int8Array([1,2])), Array.prototype.concat.call([], new Int8Array(2)).length, new Int8Array({length:2,0:4,1:"5"}));
var ov=new Uint8Array([1,2,3,4,5,6,7,8]); new Uint16Array(ov.buffer).set(new Uint8Array(ov.buffer,0,4)); print(ov);
print(t(() => { "use strict"; delete new Int8Array(2)[0]; }), delete new Int8Array(2)[5], t(() => [].shift.call(new Int8Array(2))), t(() => Object.keys(new Int8Array(2 ** 27))));
