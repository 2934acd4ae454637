// Branches, labels, switch, exceptions.

//# conditional
function f(a) { if (a > 10) return 1; else if (a) return 2; return a ? 3 : 4; }

//# nested_labels
function f(n) { a: for (;;) { for (let i = 0; ; i++) { if (i > n) break a; if (i & 1) continue a; } } return n; }

//# switch
function f(x) { switch (x) { case 1: return 'a'; case 'b': x = 2; default: x++; case 3: break; } return x; }

//# try_catch_finally
function f(g) { try { return g(); } catch (e) { return e; } finally { g(1); } }

//# throw_in_loop
function f(a) { for (const x of a) { try { if (x) throw x; } catch { continue; } } }

//# if_without_else
function f(a, g) { if (a) g(); return 1; }

//# if_else_chain
function f(a) { if (a === 1) return 'x'; else if (a === 2) return 'y'; else return 'z'; }

//# if_empty
function f(a) { if (a); else; return 1; }

//# if_negated
function f(a, g) { if (!a) g(); else g(1); }

//# block_label
function f(a, g) { l: { if (a) break l; g(); } return 1; }

//# label_on_if
function f(a, g) { l: if (a) { g(); break l; g(1); } }

//# label_on_function
l: function f() {}

//# break_across_three_loops
function f(n) { a: for (;;) for (;;) do { if (n--) break a; } while (n); return n; }

//# switch_sparse_integers
function f(a) { switch (a) { case 1: return 1; case 100: return 2; case 10000: return 3; } }

//# switch_strings
function f(a) { switch (a) { case 'x': return 1; case 'y': return 2; case 'zz': return 3; } return 0; }

//# switch_fallthrough
function f(a) { let r = 0; switch (a) { case 1: r++; case 2: r += 2; case 3: r += 3; } return r; }

//# switch_default_middle
function f(a, g) { switch (a) { case 1: g(1); default: g(0); case 2: g(2); } }

//# switch_only_default
function f(a) { switch (a) { default: return 1; } }

//# switch_computed_cases
function f(a, g) { switch (a) { case g(1): return 1; case g(2): return 2; } }

//# switch_true
function f(a) { switch (true) { case a < 0: return -1; case a > 0: return 1; default: return 0; } }

//# switch_lexical_captured
function f(a) { switch (a) { case 1: let b = 2; default: return () => b; } }

//# switch_class_and_const
function f(a) { switch (a) { case 1: const c = 1; return c; case 2: class D {} return D; } }

//# switch_in_loop_continue
function f(n) { while (n--) { switch (n) { case 1: continue; case 2: break; default: n--; } } return n; }

//# switch_mixed_kinds
function f(a) { switch (a) { case 1: case 'x': case null: case undefined: case true: return 1; } }

//# try_catch
function f(g) { try { g(); } catch (e) { return e.message; } }

//# try_catch_pattern
function f(g) { try { g(); } catch ({ message, code = 1 }) { return message + code; } }

//# try_catch_captured
function f(g) { try { g(); } catch (e) { return () => e; } }

//# try_return_value_kept
function f(a) { try { return a; } finally { a = 2; } }

//# finally_overrides_throw
function f(g) { try { throw g; } finally { return 1; } }

//# finally_conditional_return
function f(a) { try { return 1; } finally { if (a) return 2; } }

//# finally_continue_swallows
function f(n) { while (n--) { try { throw n; } finally { continue; } } return n; }

//# break_through_finally
function f(g) { for (;;) { try { break; } finally { g(); } } return 1; }

//# labelled_break_through_two_finallys
function f(g) { a: for (;;) { try { try { break a; } finally { g(1); } } finally { g(2); } } }

//# many_exits_through_finally
function f(n, g) { a: while (n) { for (;;) { try { if (n > 3) return 1; if (n > 2) break; if (n > 1) continue a; } finally { g(); } } } }

//# try_nested_in_catch
function f(g) { try { g(1); } catch (a) { try { g(a); } catch (b) { return a + b; } } }

//# rethrow
function f(g) { try { g(); } catch (e) { if (e.x) throw e; } }

//# throw_expression
function f(a) { throw new Error('x' + a); }

//# try_empty
function f(g) { try {} catch { g(1); } finally { g(2); } }

//# break_out_of_nested_try
function f(g) { l: try { try { break l; } catch { g(1); } } catch { g(2); } return 3; }

//# debugger_statement
function f() { debugger; return 1; }

//# empty_statements
function f() { ;;; {} return 1; }

//# completion_value_of_try
try { 1; } finally { 2; }
