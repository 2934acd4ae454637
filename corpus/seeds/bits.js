function hash(s) { let h = 0x811c9dc5; for (let i = 0; i < s.length; i++) { h ^= s.charCodeAt(i); h = Math.imul(h, 16777619); } return h >>> 0; }
let s = 0; for (let i = 0; i < 80; i++) s = (s + hash("k" + i)) % 4294967291;
print(s, hash(""), 1 << 31, 1 << 32, -1 >>> 0, -1 >>> 31, 5 >> 33, ~~-5.7, 4294967296.5 | 0, 1e20 | 0, -2147483649 | 0);
print(Math.clz32(1), Math.clz32(-1), Math.fround(0.1), Math.hypot(3, 4), Math.trunc(-0.5), Math.sign(-3), 2 ** 10, (-8) ** (1 / 3));
//> 2755647444 2166136261 -2147483648 1 4294967295 1 2 -5 0 1661992960 2147483647
//> 31 0 0.10000000149011612 5 0 -1 1024 NaN
