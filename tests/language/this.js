function sloppy() { return typeof this; } function strict() { "use strict"; return typeof this; }
print(sloppy(), strict(), sloppy.call(5), strict.call(5), sloppy.call(null), strict.call(null));
const o = { m() { return (() => this === o)(); }, f: () => typeof this };
print(o.m(), o.f(), (0, o.m)());
//> object undefined object number object object
//> true object false
