const n = 3; print(`a${n}b${`c${n + 1}`}d`, `line
two`, `\u0041\x41\n|`, `${{ toString() { return "obj"; } }}`);
//> a3bc4d line
//> two AA
//> | obj
